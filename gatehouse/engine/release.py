"""Fetches the Pulumi engine as its makers publish it."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from gatehouse.engine.longrun import Job, StepError, StoppedError
from gatehouse.engine.machine import release_platform
from gatehouse.engine.toolbox import UnavailableError

# A machine without a way out answers in seconds, or drops what is sent; either way set-up goes on soon.
_CONNECT_SECONDS = 5.0
_READ_SECONDS = 60.0
_BLOCK_BYTES = 1 << 20


def places(version: str) -> tuple[str, ...]:
    """Where the files of a release lie, the first choice first."""
    return (
        "https://get.pulumi.com/releases/sdk",
        f"https://github.com/pulumi/pulumi/releases/download/v{version}",
    )


def archive_name(version: str) -> str:
    """The archive for this machine. Raises UnavailableError when there is none."""
    system, machine = release_platform()
    if system not in ("linux", "darwin") or machine not in ("x64", "arm64"):
        raise UnavailableError(f"nothing is published for {system} on {machine}")
    return f"pulumi-v{version}-{system}-{machine}.tar.gz"


def fetch_release(job: Job, version: str, wanted: Sequence[str], sources: Sequence[str] | None = None) -> None:
    """Download the release's archive, check it by the published SHA-256, and keep the wanted executables."""
    archive = archive_name(version)
    bases = sources or places(version)
    digest = published_digest(_first_answer(bases, f"pulumi-{version}-checksums.txt"), archive)
    kept = job.scratch / archive
    _download(job, bases, archive, kept)
    with kept.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != digest:
        raise StepError(f"{archive} has SHA-256 {found}, but its makers publish {digest}; nothing of it was kept")
    _unpack(kept, wanted, job.bin_dir)


def published_digest(checksums: str, archive: str) -> str:
    """The SHA-256 of an archive in a list of `digest  name` lines."""
    for line in checksums.splitlines():
        words = line.split()
        if len(words) == 2 and words[1].removeprefix("*") == archive and len(words[0]) == 64:
            return words[0].lower()
    raise UnavailableError(f"the published checksums do not name {archive}")


def _first_answer(bases: Sequence[str], name: str) -> str:
    failures = []
    for base in bases:
        try:
            with urllib.request.urlopen(f"{base}/{name}", timeout=_CONNECT_SECONDS) as answer:  # noqa: S310 - our https addresses
                text: bytes = answer.read(1 << 20)
                return text.decode("ascii", errors="replace")
        except OSError as error:
            failures.append(f"{base.split('/')[2]} ({_reason(error)})")
    raise UnavailableError(f"no answer from {' nor from '.join(failures)}")


def _download(job: Job, bases: Sequence[str], name: str, kept: Path) -> None:
    failures = []
    for base in bases:
        try:
            _copy(job, f"{base}/{name}", kept)
        except OSError as error:
            failures.append(f"{base.split('/')[2]} ({_reason(error)})")
        else:
            return
    raise UnavailableError(f"the download failed: {', '.join(failures)}")


def _copy(job: Job, address: str, kept: Path) -> None:
    with urllib.request.urlopen(address, timeout=_READ_SECONDS) as answer, kept.open("wb") as sink:  # noqa: S310 - our https addresses
        total = int(answer.headers.get("Content-Length") or 0)
        while block := answer.read(_BLOCK_BYTES):
            if job.stop.is_set():
                raise StoppedError
            sink.write(block)
            share = f" {100 * sink.tell() // total} %" if total else ""
            job.say(f"downloading{share}")


def _unpack(archive: Path, wanted: Sequence[str], bin_dir: Path) -> None:
    """Keep plain files of the wanted names, wherever they lie in the archive; nothing else is written."""
    with tarfile.open(archive) as opened:
        for member in opened:
            name = PurePosixPath(member.name).name
            source = opened.extractfile(member) if member.isfile() and name in wanted else None
            if source is None:
                continue
            with (bin_dir / name).open("wb") as sink:
                shutil.copyfileobj(source, sink)
            (bin_dir / name).chmod(0o755)


def _reason(error: OSError) -> str:
    return str(getattr(error, "reason", error))
