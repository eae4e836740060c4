"""The model server is compiled from the source package whose digest is committed."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import tarfile
import threading
from pathlib import Path

import pytest

from catalog.locations import LLAMA_SERVER
from gatehouse.engine import llama
from gatehouse.engine.longrun import Job, StepError
from gatehouse.engine.toolbox import UnavailableError
from tests.kit.executables import only_path

PACKAGE = "llama_cpp_python-0.3.36"
# A source package as llama.cpp's is: a build backend, and CMake files in vendor/llama.cpp that make a llama-server.
SMALL_PACKAGE = {
    "PKG-INFO": "Metadata-Version: 2.1\nName: llama_cpp_python\nVersion: 0.3.36\n",
    "pyproject.toml": (
        '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
        '[project]\nname = "llama_cpp_python"\nversion = "0.3.36"\n'
    ),
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.15)\nproject(outer)\n",
    "vendor/llama.cpp/CMakeLists.txt": (
        "cmake_minimum_required(VERSION 3.15)\nproject(small CXX)\nadd_executable(llama-server main.cpp)\n"
        "set_target_properties(llama-server PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)\n"
    ),
    "vendor/llama.cpp/main.cpp": '#include <cstdio>\nint main() { std::puts("version: 1"); }\n',
    ".git/modules/vendor/llama.cpp/HEAD": "ref: refs/heads/main\n",
}


@pytest.fixture
def job(tmp_path: Path) -> Job:
    made = Job(tmp_path / "scratch", tmp_path / "log", lambda _state: None, threading.Event())
    made.bin_dir.mkdir(parents=True)
    return made


def write_package(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{PACKAGE}.tar.gz"
    with tarfile.open(archive, "w:gz") as opened:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"{PACKAGE}/{name}")
            entry.size = len(text.encode())
            opened.addfile(entry, io.BytesIO(text.encode()))
    return archive


def serve_only(archive: Path, digest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip find this archive and no other, and let the requirement name this digest."""
    requirements = archive.with_name("llama.txt")
    requirements.write_text(f"llama-cpp-python==0.3.36 --hash=sha256:{digest}\n")
    monkeypatch.setattr(llama, "REQUIREMENTS", requirements)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(archive.parent))


def test_a_package_with_the_right_digest_is_compiled_by_the_real_tools(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write_package(tmp_path / "index", SMALL_PACKAGE)
    serve_only(archive, hashlib.sha256(archive.read_bytes()).hexdigest(), monkeypatch)

    llama.build_server(job)

    made = subprocess.run([job.bin_dir / "llama-server"], capture_output=True, text=True, check=True)
    assert made.stdout == "version: 1\n"


def test_a_package_with_another_digest_is_not_even_unpacked(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_only(write_package(tmp_path / "index", SMALL_PACKAGE), "0" * 64, monkeypatch)

    with pytest.raises(StepError, match="DO NOT MATCH THE HASHES"):
        llama.build_server(job)

    assert not (job.scratch / "source").exists()


def test_without_a_compiler_the_way_is_closed_before_anything_is_fetched(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CXX", raising=False)
    only_path(monkeypatch, tmp_path)

    with pytest.raises(UnavailableError, match=r"there is no C\+\+ compiler on PATH"):
        llama.build_server(job)

    assert not job.log.exists()


def test_only_llama_cpp_is_unpacked(tmp_path: Path) -> None:
    archive = write_package(tmp_path / "index", SMALL_PACKAGE)

    source = llama.unpack(archive, tmp_path / "source")

    assert source == tmp_path / "source" / PACKAGE / "vendor" / "llama.cpp"
    assert (source / "main.cpp").is_file()
    assert [path.name for path in (tmp_path / "source" / PACKAGE).iterdir()] == ["vendor"]


def test_a_package_without_llama_cpp_is_refused(tmp_path: Path) -> None:
    archive = write_package(tmp_path / "index", {"README.md": "nothing"})

    with pytest.raises(StepError, match=r"does not carry vendor/llama\.cpp"):
        llama.unpack(archive, tmp_path / "source")


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("", ""),
        ("[1/206] Building CXX\n[103/206] Building C\n", "compiling 50 %"),
        ("[206/206] Linking\n", "compiling 100 %"),
    ],
)
def test_what_ninja_prints_becomes_a_share(output: str, said: str) -> None:
    assert llama.progress_of(output) == said


def test_the_committed_requirement_pins_the_server_that_is_asked_for() -> None:
    text = llama.REQUIREMENTS.read_text()

    assert re.findall(r"^llama-cpp-python==(\S+)", text, re.MULTILINE) == [LLAMA_SERVER.version]
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) == 1
