"""Answers are kept once, for several processes, and not for ever."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from gatehouse.errors import OutsideError
from gatehouse.evaluation.store import Answered, AnswerStore

WRITER = """
import sys
from pathlib import Path
from gatehouse.evaluation.store import Answered, AnswerStore
with AnswerStore(Path(sys.argv[1])) as store:
    for n in range(int(sys.argv[3])):
        store.keep(f"{sys.argv[2]}-{n}", Answered("ok", 1, 2, 3.5))
        print(n, flush=True)
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "answers.sqlite"
    answer = Answered("an answer with ü, 😀 and \0", 3, 4, 5.25)
    with AnswerStore(path) as store:
        store.keep("a", answer)
        assert store.find(["a", "b"]) == {"a": answer}
    with AnswerStore(path) as store:
        assert store.find(["a"]) == {"a": answer}


def test_the_newest_answer_to_a_key_stays(tmp_path: Path) -> None:
    with AnswerStore(tmp_path / "answers.sqlite") as store:
        store.keep("a", Answered("first", 0, 0, 0.0))
        store.keep("a", Answered("second", 0, 0, 0.0))
        assert store.find(["a"])["a"].text == "second"


def test_more_keys_than_a_query_takes_are_found(tmp_path: Path) -> None:
    with AnswerStore(tmp_path / "answers.sqlite") as store:
        for n in range(1_203):
            store.keep(str(n), Answered("ok", 0, 0, 0.0))
        assert len(store.find([str(n) for n in range(2_000)])) == 1_203


def test_several_processes_write_at_once_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    writers = [writer(path, f"w{n}", 100) for n in range(4)]
    assert [process.wait(60) for process in writers] == [0] * 4
    with AnswerStore(path) as store:
        keys = [f"w{n}-{i}" for n in range(4) for i in range(100)]
        assert len(store.find(keys)) == 400


def test_what_a_killed_process_kept_is_there(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    process = writer(path, "w", 100_000)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(50)]
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    with AnswerStore(path) as store:
        assert len(store.find([f"w-{line.strip()}" for line in lines])) == 50


def test_a_store_that_grew_too_large_forgets_what_was_not_used_for_longest(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    with AnswerStore(path, max_bytes=200_000) as store:
        for n in range(400):
            store.keep(f"{n:04}", Answered("x" * 1_000, 0, 0, 0.0))
        with closing(sqlite3.connect(path, isolation_level=None)) as direct:
            direct.execute("UPDATE answers_1 SET used_at = CAST(key AS INTEGER)")
        assert store.prune() == 100
        assert set(store.find([f"{n:04}" for n in range(400)])) == {f"{n:04}" for n in range(100, 400)}
        while store.prune():
            continue
        store.find([])
    assert path.stat().st_size <= 220_000


def test_a_small_store_is_left_alone(tmp_path: Path) -> None:
    with AnswerStore(tmp_path / "answers.sqlite") as store:
        store.keep("a", Answered("ok", 0, 0, 0.0))
        assert store.prune() == 0
        assert "a" in store.find(["a"])


def test_reading_an_old_answer_says_that_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    with AnswerStore(path) as store:
        store.keep("a", Answered("ok", 0, 0, 0.0))
        with closing(sqlite3.connect(path, isolation_level=None)) as direct:
            direct.execute("UPDATE answers_1 SET used_at = 0")
        store.find(["a"])
        with closing(sqlite3.connect(path, isolation_level=None)) as direct:
            assert direct.execute("SELECT used_at FROM answers_1").fetchone()[0] > time.time() - 60


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be read as one" * 20])
def test_a_damaged_store_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answers.sqlite"
    path.write_bytes(content)
    with pytest.raises(OutsideError, match="remove the file"), AnswerStore(path):
        pytest.fail("it opened")


def test_a_place_that_is_no_folder_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match="GATEHOUSE_CACHE"), AnswerStore(tmp_path / "file" / "answers.sqlite"):
        pytest.fail("it opened")
