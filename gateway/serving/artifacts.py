"""The bytes of a model: found in its package or beside `model.yaml`, and served only when their digest is right."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from tempfile import NamedTemporaryFile

from filelock import FileLock, Timeout

from catalog.locations import cache_dir, model_file
from catalog.model import Artifact, ModelSpec

_BLOCK_BYTES = 1 << 20
_LOCK_TIMEOUT_SECONDS = 300


class ArtifactError(RuntimeError):
    """A model's bytes cannot be used. `problem` says which and why, `remedy` what to do next."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n{remedy}")
        self.problem = problem
        self.remedy = remedy


def resolve(model_folder: Path, spec: ModelSpec) -> Path:
    """The verified file of a model, put together from its package the first time.

    Code of a package is never run: its files are only read. Safe when several processes ask at once.
    Raises ArtifactError when there is no such file, or when it is not the one that the digest names.
    """
    kind, _, place = spec.artifact.source.partition(":")
    if kind == "file":
        return _beside_model(model_folder, place, spec.artifact)
    if kind == "pypi":
        return _from_package(model_folder, place, spec.artifact)
    raise ArtifactError(
        f"{model_folder.name}: the model is hosted at {spec.artifact.source}; there is no file to serve.",
        "Only models with a pypi: or file: source can be started here.",
    )


def sha256_of(path: Path) -> str:
    """The digest of a file's content, as `model.yaml` writes it."""
    with path.open("rb") as opened:
        return f"sha256:{hashlib.file_digest(opened, 'sha256').hexdigest()}"


def _beside_model(model_folder: Path, place: str, artifact: Artifact) -> Path:
    path = (model_folder / place).resolve()
    if not path.is_relative_to(model_folder.resolve()):
        raise ArtifactError(
            f"{model_folder.name}: {artifact.source} leads out of the model's folder.",
            "Keep the file beside model.yaml, or in a folder below it.",
        )
    if not path.is_file():
        raise ArtifactError(
            f"{model_folder.name}: there is no file {place} beside model.yaml.",
            "Commit the file, or correct artifact.source.",
        )
    wanted = _wanted_digest(model_folder, artifact)
    if not _is_verified(path, wanted):
        raise ArtifactError(
            f"{model_folder.name}: {place} has digest {sha256_of(path)}, but model.yaml says {wanted}.",
            "Restore the file, or write its digest into model.yaml if the change is meant.",
        )
    return path


def _from_package(model_folder: Path, place: str, artifact: Artifact) -> Path:
    package, _, version = place.partition("@")
    wanted = _wanted_digest(model_folder, artifact)
    if artifact.file is None or Path(artifact.file).name != artifact.file:
        raise ArtifactError(
            f"{model_folder.name}: artifact.file has to be the plain name of a file in {package}.",
            "Write artifact.file, without folders.",
        )
    kept = model_file(wanted, artifact.file)
    if _is_verified(kept, wanted):
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with _locked(kept):
        if not _is_verified(kept, wanted):
            parts = _parts(model_folder, package, version, artifact.file)
            try:
                _assemble(parts, kept, wanted, model_folder.name)
            except OSError as error:
                raise ArtifactError(
                    f"{model_folder.name}: {artifact.file} cannot be put together: {error}",
                    "Make room on the disk if it is full; `make setup` installs what is missing.",
                ) from None
    return kept


def _wanted_digest(model_folder: Path, artifact: Artifact) -> str:
    if artifact.digest is None:
        raise ArtifactError(
            f"{model_folder.name}: model.yaml has no artifact.digest, so nothing says which bytes are meant.",
            "Write artifact.digest: sha256: and the 64 digits that `sha256sum FILE` prints.",
        )
    return artifact.digest


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time puts a file together; the others wait, then find it."""
    lock = FileLock(f"{path}.lock", timeout=_LOCK_TIMEOUT_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise ArtifactError(
            f"Another process has been putting {path} together for {_LOCK_TIMEOUT_SECONDS} s.",
            "Wait for it or end it, then run the same command again.",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _parts(model_folder: Path, package: str, version: str, file: str) -> list[Path]:
    """The file in a package or, if it was cut to fit, its `.partNN` pieces in the packages it requires, in order."""
    installed = _installed(package)
    if installed is None or installed.version != version:
        there = f"only version {installed.version} is installed" if installed else "it is not installed"
        raise ArtifactError(
            f"{model_folder.name}: needs the package {package} {version}, but {there}.",
            f'Run `make setup`; a new model\'s package also goes into pyproject.toml: "{package}=={version}".',
        )
    piece = re.compile(re.escape(file) + r"\.part\d+")
    found = [path for path in _files(installed) if path.name == file or piece.fullmatch(path.name)]
    if not found:
        raise ArtifactError(
            f"{model_folder.name}: neither {file} nor a part of it is in the package {package} {version}.",
            "Correct artifact.file.",
        )
    whole = [path for path in found if path.name == file]
    return whole[:1] or sorted(found, key=lambda path: int(path.name.rpartition(".part")[2]))


def _installed(package: str) -> metadata.Distribution | None:
    try:
        return metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return None


def _files(distribution: metadata.Distribution) -> Iterator[Path]:
    required = (re.match(r"[A-Za-z0-9._-]+", line) for line in distribution.requires or ())
    others = (_installed(name.group()) for name in required if name)
    for one in (distribution, *(other for other in others if other)):
        yield from (Path(str(one.locate_file(entry))) for entry in one.files or ())


def _assemble(parts: Iterable[Path], kept: Path, wanted: str, model: str) -> None:
    """Write the parts into `kept`: under another name first, so that nobody ever sees half a model."""
    digest = hashlib.sha256()
    # Only who holds the lock is here, so these were left by one that was killed.
    for left in kept.parent.glob(f".{kept.name}.*"):
        left.unlink()
    with NamedTemporaryFile(dir=kept.parent, prefix=f".{kept.name}.", delete=False) as new:
        written = Path(new.name)
        try:
            for block in _blocks(parts):
                new.write(block)
                digest.update(block)
            new.flush()
            os.fsync(new.fileno())
            _refuse_other_bytes(digest.hexdigest(), wanted, model)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
    written.chmod(0o644)
    written.replace(kept)
    _mark_verified(kept, wanted)


def _blocks(parts: Iterable[Path]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as opened:
            while block := opened.read(_BLOCK_BYTES):
                yield block


def _refuse_other_bytes(hexdigest: str, wanted: str, model: str) -> None:
    if f"sha256:{hexdigest}" != wanted:
        raise ArtifactError(
            f"{model}: the package's file has digest sha256:{hexdigest}, but model.yaml says {wanted}.",
            "Nothing was kept. Correct artifact.digest only if you trust this file; else install the package again.",
        )


def _is_verified(path: Path, wanted: str) -> bool:
    """Whether the file is the one meant. Hashed once; again only if its size, times or inode changed."""
    if not path.is_file():
        return False
    if _read_mark(path) == _mark(path, wanted):
        return True
    before = _mark(path, wanted)
    if sha256_of(path) != wanted or _mark(path, wanted) != before:
        return False
    _mark_verified(path, wanted)
    return True


def _mark(path: Path, digest: str) -> dict[str, object]:
    stat = path.stat()
    return {
        "path": str(path.resolve()),
        "digest": digest,
        "size": stat.st_size,
        "inode": stat.st_ino,
        "mtime_ns": stat.st_mtime_ns,
        # Nobody can set this one back.
        "ctime_ns": stat.st_ctime_ns,
    }


def _mark_path(path: Path) -> Path:
    return cache_dir() / "verified" / f"{hashlib.sha256(str(path.resolve()).encode()).hexdigest()}.json"


def _read_mark(path: Path) -> object:
    try:
        return json.loads(_mark_path(path).read_bytes())
    except (OSError, ValueError):
        return None


def _mark_verified(path: Path, digest: str) -> None:
    """Where the mark cannot be written, the file is hashed again the next time."""
    target = _mark_path(path)
    with suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=target.parent, suffix=".tmp", delete=False) as new:
            json.dump(_mark(path, digest), new)
        Path(new.name).replace(target)
