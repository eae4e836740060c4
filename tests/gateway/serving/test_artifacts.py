"""Which bytes are served as a model, and which are not."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from catalog.locations import model_file
from catalog.model import ModelSpec
from gateway.serving import artifacts
from gateway.serving.artifacts import ArtifactError, resolve
from tests.kit.specs import a_model_spec

CONTENT = b"".join(b"%03d" % number for number in range(12))
DIGEST = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
PACKAGE = "pypi:tiny-model@1.0"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "models" / "tiny").mkdir(parents=True)
    return tmp_path / "models" / "tiny"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Installed packages: twelve pieces in two packages, recorded out of order."""
    pieces = {number: f"tiny.gguf.part{number}" for number in range(12)}
    install(tmp_path / "site", "tiny-model", {pieces[n]: b"%03d" % n for n in (11, 3, 0, 7, 1)}, requires="tiny-more")
    install(tmp_path / "site", "tiny-more", {pieces[n]: b"%03d" % n for n in (10, 2, 9, 4, 5, 6, 8)})
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site"


def install(site: Path, name: str, files: dict[str, bytes], requires: str = "") -> None:
    module = name.replace("-", "_")
    information = site / f"{module}-1.0.dist-info"
    information.mkdir(parents=True)
    (site / module).mkdir()
    needs = f"Requires-Dist: {requires}==1.0\n" if requires else ""
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}")
    for file, content in files.items():
        (site / module / file).write_bytes(content)
    (site / module / "__init__.py").write_text("raise RuntimeError('the code of a package was run')\n")
    (information / "RECORD").write_text("".join(f"{module}/{file},,\n" for file in (*files, "__init__.py")))


def a_spec(**artifact: Any) -> ModelSpec:
    good = {"source": PACKAGE, "file": "tiny.gguf", "digest": DIGEST, "format": "gguf"}
    return a_model_spec(artifact=good | artifact)


def beside(**artifact: Any) -> ModelSpec:
    return a_spec(**{"source": "file:model.gguf", "file": None} | artifact)


def forbid_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    def hashed(path: Path) -> str:
        pytest.fail(f"{path} was hashed again")

    monkeypatch.setattr(artifacts, "sha256_of", hashed)


@pytest.mark.usefixtures("site")
def test_the_pieces_of_a_package_are_joined_by_their_number_without_running_its_code(folder: Path) -> None:
    found = resolve(folder, a_spec())

    assert found == model_file(DIGEST, "tiny.gguf")
    assert found.read_bytes() == CONTENT


@pytest.mark.usefixtures("site")
def test_a_verified_file_is_not_hashed_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = resolve(folder, a_spec())
    forbid_hashing(monkeypatch)

    assert resolve(folder, a_spec()) == first


@pytest.mark.usefixtures("site")
def test_a_kept_file_that_was_changed_is_replaced(folder: Path) -> None:
    """Even when its size and its time of change say that nothing happened."""
    kept = resolve(folder, a_spec())
    before = kept.stat()
    kept.write_bytes(b"x" * len(CONTENT))
    os.utime(kept, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert resolve(folder, a_spec()).read_bytes() == CONTENT


@pytest.mark.usefixtures("site")
def test_what_a_killed_process_left_is_removed(folder: Path) -> None:
    kept = model_file(DIGEST, "tiny.gguf")
    kept.parent.mkdir(parents=True)
    (kept.parent / ".tiny.gguf.half").write_bytes(CONTENT[:9])

    resolve(folder, a_spec())

    assert {path.name for path in kept.parent.iterdir()} <= {"tiny.gguf", "tiny.gguf.lock"}


def test_four_processes_at_once_all_get_the_whole_file(folder: Path, site: Path) -> None:
    spec = a_spec().model_dump_json()
    program = (
        "import sys; from pathlib import Path; from catalog.model import ModelSpec; "
        "from gateway.serving.artifacts import resolve; "
        "print(resolve(Path(sys.argv[1]), ModelSpec.model_validate_json(sys.argv[2])).read_bytes().decode())"
    )
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{root}"}
    command = [sys.executable, "-c", program, str(folder), spec]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)]

    assert [process.communicate(timeout=120)[0].strip() for process in running] == [CONTENT.decode()] * 4


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("artifact", "problem", "remedy"),
    [
        ({"digest": "sha256:" + "0" * 64}, f"has digest {DIGEST}, but model.yaml says sha256:000", "Nothing was kept"),
        ({"digest": None}, "has no artifact.digest", "sha256sum"),
        ({"source": "pypi:tiny-model@2.0"}, "only version 1.0 is installed", '"tiny-model==2.0"'),
        ({"source": "pypi:no-such-model@1.0"}, "it is not installed", "make setup"),
        ({"file": "other.gguf"}, "neither other.gguf nor a part of it", "Correct artifact.file"),
        ({"file": "../tiny.gguf"}, "has to be the plain name of a file", "without folders"),
        ({"file": None}, "has to be the plain name of a file", "without folders"),
        ({"source": "https://models.example/v1", "format": "hosted"}, "is hosted at https://", "pypi: or file:"),
    ],
)
def test_what_cannot_be_served_is_said_with_what_to_do(
    folder: Path, cache: Path, artifact: dict[str, Any], problem: str, remedy: str
) -> None:
    with pytest.raises(ArtifactError) as refused:
        resolve(folder, a_spec(**artifact))

    assert problem in refused.value.problem
    assert remedy in refused.value.remedy
    assert not list(cache.rglob("*.gguf"))


def test_a_piece_that_is_gone_is_named_and_nothing_is_kept(folder: Path, site: Path, cache: Path) -> None:
    (site / "tiny_more" / "tiny.gguf.part4").unlink()

    with pytest.raises(ArtifactError, match=r"tiny\.gguf cannot be put together: .*part4") as refused:
        resolve(folder, a_spec())

    assert "make setup" in refused.value.remedy
    assert [path.name for path in cache.rglob("*gguf*")] in ([], ["tiny.gguf.lock"])


def test_a_file_beside_the_model_is_served_where_it_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "model.gguf").write_bytes(CONTENT)

    assert resolve(folder, beside()) == folder / "model.gguf"
    forbid_hashing(monkeypatch)
    assert resolve(folder, beside()) == folder / "model.gguf"


def test_a_file_whose_mark_cannot_be_kept_is_served_all_the_same(folder: Path, cache: Path) -> None:
    (folder / "model.gguf").write_bytes(CONTENT)
    cache.write_text("a file where the folder should be")

    assert resolve(folder, beside()) == folder / "model.gguf"


def test_a_changed_file_beside_the_model_is_refused(folder: Path) -> None:
    (folder / "model.gguf").write_bytes(CONTENT)
    resolve(folder, beside())
    (folder / "model.gguf").write_bytes(CONTENT + b"!")

    with pytest.raises(ArtifactError, match=rf"has digest sha256:[0-9a-f]+, but model\.yaml says {DIGEST}"):
        resolve(folder, beside())


@pytest.mark.parametrize("source", ["file:../secret.gguf", "file:link.gguf", "file:/etc/hostname"])
def test_nothing_outside_of_the_models_folder_is_read(folder: Path, source: str) -> None:
    (folder.parent / "secret.gguf").write_bytes(CONTENT)
    (folder / "link.gguf").symlink_to(folder.parent / "secret.gguf")

    with pytest.raises(ArtifactError, match="leads out of the model's folder"):
        resolve(folder, beside(source=source))


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(ArtifactError, match=r"there is no file model\.gguf beside model\.yaml"):
        resolve(folder, beside())
