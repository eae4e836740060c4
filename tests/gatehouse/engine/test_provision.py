"""Set-up as a whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.locations import Tool
from gatehouse.engine import provision
from gatehouse.engine.longrun import Job, StoppedError
from gatehouse.engine.provision import SetupProgress, provide_all
from gatehouse.engine.toolbox import Recipe, Way
from gatehouse.errors import OutsideError
from tests.kit.executables import executable

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))


def recipe(name: str, make: Callable[[Job], None]) -> Recipe:
    return Recipe(
        Tool(name, "1"), f"The {name}", (), lambda _path: "", f"{name} on PATH", (Way("the build", "a smith", make),)
    )


def good(name: str) -> Recipe:
    def make(job: Job) -> None:
        executable(job.bin_dir, name, "true")

    return recipe(name, make)


def bad(name: str) -> Recipe:
    return recipe(name, lambda job: job.run(["false"], cwd=job.scratch))


def test_all_are_made_and_the_next_time_found() -> None:
    wanted = [good("test-anvil"), good("test-tongs")]

    with SetupProgress(quiet=True) as progress:
        made = provide_all(wanted, progress)
        found = provide_all(wanted, progress)

    assert [one.path for one in made] == [one.path for one in found]
    assert [one.tool.name for one in made] == ["test-anvil", "test-tongs"]
    assert {one.seconds for one in found} == {0.0}


def test_all_that_fail_are_named_and_the_others_are_made_all_the_same() -> None:
    wanted = [bad("test-anvil"), good("test-tongs"), bad("test-hammer")]

    with SetupProgress(quiet=True) as progress, pytest.raises(OutsideError) as caught:
        provide_all(wanted, progress)

    assert "The test-anvil 1 is not on this machine" in caught.value.problem
    assert "The test-hammer 1 is not on this machine" in caught.value.problem
    assert "test-tongs" not in caught.value.problem
    assert wanted[1].tool.find() is not None


def test_with_little_memory_one_is_built_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[int] = []
    running = 0

    def slow(name: str) -> Recipe:
        def make(job: Job) -> None:
            nonlocal running
            running += 1
            at_once.append(running)
            job.run(["sleep", "0.2"], cwd=job.scratch)
            executable(job.bin_dir, name, "true")
            running -= 1

        return recipe(name, make)

    monkeypatch.setattr(provision, "_BYTES_FOR_TWO_BUILDS", 1 << 60)
    with SetupProgress(quiet=True) as progress:
        provide_all([slow("test-anvil"), slow("test-tongs")], progress)

    assert at_once == [1, 1]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "file" / "cache"))

    with SetupProgress(quiet=True) as progress, pytest.raises(OutsideError, match="cannot be written") as caught:
        provide_all([good("test-anvil")], progress)

    assert "GATEHOUSE_CACHE" in caught.value.remedy


INTERRUPTED = """
import signal
from tests.gatehouse.engine.test_provision import recipe
from gatehouse.engine.provision import SetupProgress, provide_all
signal.signal(signal.SIGTERM, signal.default_int_handler)
def endless(job):
    job.run(["sh", "-c", "echo $$ >> ../../../pids; exec sleep 60"], cwd=job.scratch)
with SetupProgress(quiet=True) as progress:
    provide_all([recipe("test-anvil", endless), recipe("test-tongs", endless)], progress)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_every_build_and_leaves_nothing_half_made(tmp_path: Path, number: signal.Signals) -> None:
    pids = tmp_path / "pids"
    setup = subprocess.Popen([sys.executable, "-c", INTERRUPTED], cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not pids.exists() or len(pids.read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)

    setup.send_signal(number)
    setup.wait(30)

    for child in pids.read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(child), 0)
    assert not list((tmp_path / "cache" / "tools").iterdir())


def test_a_stopped_build_is_never_taken_for_a_missing_tool() -> None:
    def stopped(_job: Job) -> None:
        raise StoppedError

    with SetupProgress(quiet=True) as progress, pytest.raises(StoppedError):
        provide_all([recipe("test-anvil", stopped)], progress)


def test_where_there_is_no_terminal_progress_is_a_line_every_half_minute(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with SetupProgress() as progress:
        progress.update("anvil", "compiling 1 %")
        progress.update("anvil", "compiling 2 %")
        progress.done("anvil", "ready")

    lines = [line.split("s  ")[1] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["anvil: compiling 1 %", "anvil: ready"]
