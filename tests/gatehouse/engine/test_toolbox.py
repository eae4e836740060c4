"""Tools are found or made whole, whoever asks, whenever somebody is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.locations import Tool
from gatehouse.engine.longrun import Job, StepError, StoppedError
from gatehouse.engine.recipes import _first_line
from gatehouse.engine.toolbox import Found, Recipe, UnavailableError, Way, look, provide
from gatehouse.errors import OutsideError
from tests.kit.executables import executable, only_path

TOOL = Tool("anvil", "2.0")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))
    only_path(monkeypatch, tmp_path / "path", "/usr/bin", "/bin")


def objection(path: Path) -> str:
    printed, failure = _first_line([str(path)])
    return failure or ("" if printed == "2.0" else f"is version {printed}")


def brings(version: str) -> Callable[[Job], None]:
    def make(job: Job) -> None:
        executable(job.bin_dir, "anvil", f"echo {version}")
        executable(job.bin_dir, "hammer", "echo hammer")

    return make


def closed(_job: Job) -> None:
    raise UnavailableError("nobody answers")


def breaks(job: Job) -> None:
    job.run(["sh", "-c", "echo the last word; exit 3"], cwd=job.scratch)


def recipe(*ways: tuple[str, Callable[[Job], None]], native: bool = False) -> Recipe:
    made = tuple(Way(name, f"what opens {name}", make) for name, make in ways)
    return Recipe(TOOL, "The anvil", ("hammer",), objection, "anvil 2.0 on PATH", made, native=native)


def get(wanted: Recipe) -> Found:
    return provide(wanted, lambda _state: None, threading.Event())


def test_the_first_open_way_makes_it_and_the_second_time_it_is_only_found() -> None:
    wanted = recipe(("the release", closed), ("the build", brings("2.0")))

    first, second = get(wanted), get(recipe(("the release", closed)))

    assert first.origin == second.origin == "the build"
    assert first.path == second.path == TOOL.bin_dir / "anvil"
    assert second.seconds == 0.0
    assert not list((TOOL.bin_dir.parents[1]).glob(".*")), "no scratch is left"


def test_the_right_version_on_path_is_used_as_it_is(tmp_path: Path) -> None:
    executable(tmp_path / "path", "anvil", "echo 2.0")
    executable(tmp_path / "path", "hammer", "true")

    found = get(recipe())

    assert (found.origin, found.path) == ("PATH", tmp_path / "path" / "anvil")


def test_a_companion_beside_a_linked_executable_is_found(tmp_path: Path) -> None:
    real = executable(tmp_path / "opt", "anvil", "echo 2.0")
    executable(tmp_path / "opt", "hammer", "true")
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "anvil").symlink_to(real)

    assert get(recipe()).origin == "PATH"


def test_another_version_on_path_is_passed_over(tmp_path: Path) -> None:
    executable(tmp_path / "path", "anvil", "echo 1.9")
    executable(tmp_path / "path", "hammer", "true")

    assert get(recipe(("the build", brings("2.0")))).origin == "the build"


def test_when_no_way_is_open_the_error_names_each_with_its_reason_and_what_opens_it(tmp_path: Path) -> None:
    executable(tmp_path / "path", "anvil", "echo 1.9")
    executable(tmp_path / "path", "hammer", "true")

    with pytest.raises(OutsideError) as caught:
        get(recipe(("the release", closed), ("the build", closed)))

    assert caught.value.problem.splitlines() == [
        "The anvil 2.0 is not on this machine, and no way to get it is open:",
        f"  - {tmp_path}/path/anvil is version 1.9",
        "  - the release: nobody answers",
        "  - the build: nobody answers",
    ]
    assert caught.value.remedy == (
        "One of these is enough: anvil 2.0 on PATH, what opens the release, or what opens the build. "
        "Then run `make setup` again."
    )


def test_without_its_companion_an_executable_on_path_is_not_enough(tmp_path: Path) -> None:
    executable(tmp_path / "path", "anvil", "echo 2.0")

    with pytest.raises(OutsideError, match="anvil has no hammer with it"):
        get(recipe(("the build", closed)))


def test_a_build_that_breaks_keeps_its_log_and_shows_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(OutsideError) as caught:
        get(recipe(("the build", breaks)))

    log = tmp_path / "cache" / "logs" / "anvil-2.0.log"
    assert str(log) in caught.value.problem
    assert "the last word" in caught.value.problem
    assert log.read_text() == "the last word\n"


def test_what_a_way_brings_is_tried_before_it_is_put_in_place() -> None:
    with pytest.raises(OutsideError, match=r"what it brought is version 1\.0"):
        get(recipe(("the release", brings("1.0"))))

    assert not TOOL.bin_dir.exists()


def test_a_way_that_brings_too_little_is_not_the_end() -> None:
    def half(job: Job) -> None:
        executable(job.bin_dir, "anvil", "echo 2.0")

    assert get(recipe(("the release", half), ("the build", brings("2.0")))).origin == "the build"


def test_a_tool_that_was_cut_short_is_made_anew() -> None:
    wanted = recipe(("the build", brings("2.0")))
    path = get(wanted).path
    path.write_text("#!/bin/sh\n")

    assert look(wanted) is None
    assert get(wanted).origin == "the build"
    assert objection(path) == ""


def test_native_code_of_a_richer_processor_is_made_anew() -> None:
    wanted = recipe(("the build", brings("2.0")), native=True)
    record = get(wanted).path.parents[1] / "record.json"
    assert look(wanted) is not None
    content = json.loads(record.read_text())

    record.write_text(json.dumps({**content, "processor": [*content["processor"], "avx4096"]}))

    assert look(wanted) is None


def test_a_cached_tool_without_a_record_is_tried_and_then_trusted() -> None:
    executable(TOOL.bin_dir, "anvil", "echo 2.0")
    executable(TOOL.bin_dir, "hammer", "true")

    found = look(recipe())

    assert found is not None
    assert found.origin == "the cache"
    assert json.loads((TOOL.bin_dir.parent / "record.json").read_text())["version"] == "2.0"


def test_a_cached_tool_of_another_version_without_a_record_is_not_used() -> None:
    executable(TOOL.bin_dir, "anvil", "echo 1.0")
    executable(TOOL.bin_dir, "hammer", "true")

    assert look(recipe()) is None


SLOW = """
import sys, threading
from pathlib import Path
from tests.gatehouse.engine.test_toolbox import brings, get, recipe
def slow(job):
    with open(sys.argv[1], "a") as made:
        made.write("x")
    brings("2.0")(job)
    job.run(["sleep", sys.argv[2]], cwd=job.scratch)
print(get(recipe(("the build", slow))).origin)
"""


def another_setup(marks: Path, seconds: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SLOW, str(marks), seconds], stdout=subprocess.PIPE, text=True)


def until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("waited 30 s in vain")


def test_two_at_once_make_it_once_and_both_get_it(tmp_path: Path) -> None:
    marks = tmp_path / "marks"

    setups = [another_setup(marks, "1") for _ in range(2)]

    assert [setup.communicate(timeout=60)[0] for setup in setups] == ["the build\n", "the build\n"]
    assert marks.read_text() == "x"


def test_one_killed_half_way_leaves_nothing_in_place_and_the_next_makes_it(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    killed = another_setup(marks, "60")
    scratch = TOOL.bin_dir.parents[1]
    until(lambda: any(scratch.glob(".anvil-2.0-*/made/bin/hammer")))

    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=30)

    assert look(recipe()) is None
    assert get(recipe(("the build", brings("2.0")))).origin == "the build"
    assert [path.name for path in scratch.iterdir()] == ["anvil-2.0"], "what the killed one left is swept away"


def test_who_waits_for_another_says_so_and_can_be_stopped(tmp_path: Path) -> None:
    other = another_setup(tmp_path / "marks", "60")
    until((tmp_path / "marks").exists)
    said: list[str] = []
    stop = threading.Event()

    def listen(state: str) -> None:
        said.append(state)
        stop.set()

    with pytest.raises(StoppedError):
        provide(recipe(("the build", brings("2.0"))), listen, stop)
    other.kill()
    other.communicate(timeout=30)

    assert said == ["waits for another set-up that is making it"]


def test_a_stop_in_the_middle_of_a_build_ends_it_and_leaves_nothing(tmp_path: Path) -> None:
    stop = threading.Event()
    started = tmp_path / "started"

    def endless(job: Job) -> None:
        threading.Timer(0.2, stop.set).start()
        job.run(["sh", "-c", f"echo $$ > {started}; exec sleep 60"], cwd=job.scratch)

    with pytest.raises(StoppedError):
        provide(recipe(("the build", endless)), lambda _state: None, stop)

    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
    assert not list((tmp_path / "cache" / "tools").iterdir())


def test_a_step_error_of_one_way_lets_the_next_try() -> None:
    def fails(_job: Job) -> None:
        raise StepError("the disk is full")

    assert get(recipe(("the release", fails), ("the build", brings("2.0")))).origin == "the build"
