"""The official release is kept only when it is the one that its makers publish."""

from __future__ import annotations

import hashlib
import io
import socket
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gatehouse.engine import release
from gatehouse.engine.longrun import Job, StepError
from gatehouse.engine.toolbox import UnavailableError

WANTED = ("pulumi", "pulumi-language-python")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    made = Job(tmp_path / "scratch", tmp_path / "log", lambda _state: None, threading.Event())
    made.bin_dir.mkdir(parents=True)
    return made


def publish(site: Path, members: dict[str, bytes], *, digest: str | None = None) -> None:
    """What the makers put out: an archive and the list of digests."""
    name = release.archive_name("1.2.3")
    with tarfile.open(site / name, "w:gz") as archive:
        for path, content in members.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    found = digest or hashlib.sha256((site / name).read_bytes()).hexdigest()
    (site / "pulumi-1.2.3-checksums.txt").write_text(f"{'0' * 64}  other.tar.gz\n{found}  {name}\n")


def test_the_wanted_executables_are_kept_and_nothing_else(site: Path, address: str, job: Job) -> None:
    members = {"pulumi/pulumi": b"engine", "pulumi/pulumi-language-python": b"host", "pulumi/pulumi-language-go": b"no"}
    publish(site, members)

    release.fetch_release(job, "1.2.3", WANTED, [address])

    kept = {path.name: path.read_bytes() for path in job.bin_dir.iterdir()}
    assert kept == {"pulumi": b"engine", "pulumi-language-python": b"host"}
    assert (job.bin_dir / "pulumi").stat().st_mode & 0o111


def test_an_archive_with_another_digest_is_refused_and_not_unpacked(site: Path, address: str, job: Job) -> None:
    publish(site, {"pulumi/pulumi": b"tampered"}, digest="a" * 64)

    with pytest.raises(StepError, match=f"its makers publish {'a' * 64}; nothing of it was kept"):
        release.fetch_release(job, "1.2.3", WANTED, [address])

    assert not list(job.bin_dir.iterdir())


def test_an_archive_cannot_write_outside_of_its_folder(site: Path, address: str, job: Job) -> None:
    publish(site, {"../../../pulumi": b"engine", "/tmp/pulumi-language-python": b"host"})

    release.fetch_release(job, "1.2.3", WANTED, [address])

    assert sorted(path.name for path in job.bin_dir.iterdir()) == ["pulumi", "pulumi-language-python"]
    assert not (job.scratch.parent / "pulumi").exists()


def test_the_second_place_serves_what_the_first_lacks(site: Path, address: str, job: Job) -> None:
    publish(site, {"pulumi": b"engine"})

    release.fetch_release(job, "1.2.3", WANTED, [f"{address}/nothing-here", address])

    assert (job.bin_dir / "pulumi").read_bytes() == b"engine"


def test_a_machine_without_a_way_out_is_told_so_with_the_names_of_the_places(job: Job) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(UnavailableError, match=r"no answer from 127\.0\.0\.1:\d+ \(.*refused"):
            release.fetch_release(job, "1.2.3", WANTED, [closed])


def test_a_release_that_the_checksums_do_not_name_is_not_used(site: Path, address: str, job: Job) -> None:
    publish(site, {"pulumi": b"engine"})
    (site / "pulumi-1.2.3-checksums.txt").write_text("nothing of use\n")

    with pytest.raises(UnavailableError, match=r"the published checksums do not name pulumi-v1\.2\.3-"):
        release.fetch_release(job, "1.2.3", WANTED, [address])


def test_a_system_without_a_release_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "release_platform", lambda: ("plan9", "mips"))

    with pytest.raises(UnavailableError, match="nothing is published for plan9 on mips"):
        release.archive_name("1.2.3")


def test_both_places_are_https() -> None:
    assert [place.split("/")[:3] for place in release.places("1.2.3")] == [
        ["https:", "", "get.pulumi.com"],
        ["https:", "", "github.com"],
    ]
