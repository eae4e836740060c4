"""Commands that take minutes are logged, watched, and ended when we are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gatehouse.engine import longrun
from gatehouse.engine.longrun import Job, StepError, StoppedError
from tests.kit.executables import executable, only_path


def job_in(folder: Path, *, said: list[str] | None = None, stop: threading.Event | None = None) -> Job:
    heard = said if said is not None else []
    return Job(folder, folder / "log", heard.append, stop or threading.Event())


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process_id}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_output_goes_to_the_log_and_the_watcher_turns_it_into_progress(tmp_path: Path) -> None:
    said: list[str] = []

    job_in(tmp_path, said=said).run(
        ["sh", "-c", "echo one; sleep 1; echo two >&2"], cwd=tmp_path, watch=lambda output: output.strip()
    )

    assert (tmp_path / "log").read_text() == "one\ntwo\n"
    assert said[0] == "one"


def test_the_output_of_the_command_alone_is_returned(tmp_path: Path) -> None:
    job = job_in(tmp_path)

    assert [job.run(["echo", word], cwd=tmp_path) for word in ("one", "two")] == ["one\n", "two\n"]


def test_the_watcher_sees_only_its_own_command(tmp_path: Path) -> None:
    said: list[str] = []
    job = job_in(tmp_path, said=said)

    job.run(["echo", "before"], cwd=tmp_path)
    job.run(["sleep", "0.5"], cwd=tmp_path, watch=lambda output: output or "silent")

    assert set(said) == {"silent"}


def test_a_failure_names_the_command_its_code_the_log_and_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(StepError) as caught:
        job_in(tmp_path).run(["sh", "-c", "seq 20; exit 7"], cwd=tmp_path)

    said = str(caught.value)
    assert said.startswith(f"sh ended with 7; its output is in {tmp_path / 'log'}")
    assert said.split()[-5:] == ["16", "17", "18", "19", "20"]


def test_a_command_that_is_not_there_is_a_failed_step(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="no-such-command"):
        job_in(tmp_path).run(["no-such-command"], cwd=tmp_path)


def test_a_stop_ends_the_command_and_its_children(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()

    with pytest.raises(StoppedError):
        job_in(tmp_path, stop=stop).run(["sh", "-c", "sleep 60 & echo $!; wait"], cwd=tmp_path)

    child = int((tmp_path / "log").read_text())
    assert not alive(child)


def test_a_setpriv_that_cannot_tie_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "path", "setpriv", "echo unknown option >&2; exit 1")
    only_path(monkeypatch, tmp_path / "path", "/usr/bin", "/bin")

    assert longrun._parent_tie.__wrapped__() == ()


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="only Linux's setpriv can tie a child to its parent")
def test_killing_us_outright_ends_the_command(tmp_path: Path) -> None:
    program = (
        "import sys, threading; from pathlib import Path; from gatehouse.engine.longrun import Job\n"
        "folder = Path(sys.argv[1]); job = Job(folder, folder / 'log', print, threading.Event())\n"
        "job.run(['sh', '-c', 'echo $$; exec sleep 60'], cwd=folder)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)])
    deadline = time.monotonic() + 30
    while not (tmp_path / "log").exists() or not (tmp_path / "log").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child = int((tmp_path / "log").read_text())
    assert alive(child)

    parent.kill()
    parent.wait(30)

    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)
