"""The prediction log keeps what it can, and costs a request nothing when it cannot."""

from __future__ import annotations

import sqlite3
import stat
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.predictions.record import Prediction, hash_of_user, new_id
from gateway.predictions.store import count, open_for_reading, open_log, rate, recent, redact, salt_beside
from gateway.predictions.writer import PredictionWriter
from tests.kit.gateway import eventually


def prediction(**known: object) -> Prediction:
    return Prediction(id=new_id(), time=time.time(), operation="chat", model="stub", **known)  # type: ignore[arg-type]  # a test names its fields


class Losses(Counter[str]):
    def __call__(self, records: int, reason: str) -> None:
        self[reason] += records


@pytest.fixture
def losses() -> Losses:
    return Losses()


@pytest.fixture
def writer_at(losses: Losses) -> Callable[[Path], PredictionWriter]:
    return lambda path: PredictionWriter(path, 100, losses)


WriterAt = Callable[[Path], PredictionWriter]


def kept(path: Path) -> list[dict[str, object]]:
    log = open_for_reading(path)
    try:
        return recent(log, 0, 10_000)
    finally:
        log.close()


def test_what_is_kept_survives_a_restart(tmp_path: Path, writer_at: WriterAt) -> None:
    path = tmp_path / "folder" / "log.sqlite"
    for number in range(2):
        writer = writer_at(path)
        writer.keep(prediction(outcome=f"run{number}", latency_ms=1.5))
        writer.close()
    assert sorted(str(row["outcome"]) for row in kept(path)) == ["run0", "run1"]


def test_only_the_latest_records_are_kept(tmp_path: Path, writer_at: WriterAt) -> None:
    path = tmp_path / "log.sqlite"
    writer = writer_at(path)
    for number in range(350):
        writer.keep(prediction(input_tokens=number))
    writer.close()
    assert sorted(int(str(row["input_tokens"])) for row in kept(path)) == list(range(250, 350))
    log = open_for_reading(path)
    assert count(log) == 100
    log.close()


def test_feedback_finds_a_prediction_that_was_made_a_moment_ago(tmp_path: Path, writer_at: WriterAt) -> None:
    path = tmp_path / "log.sqlite"
    writer = writer_at(path)
    one = prediction(prompt="routing", variant="v1")
    writer.keep(one)
    assert writer.ask(lambda log: rate(log, one.id, 0.5, "fine", 7.0)).result(5) == ("routing", "v1")
    assert writer.ask(lambda log: rate(log, "0" * 32, 0.5, None, 7.0)).result(5) is None
    writer.close()
    assert [row["feedback_score"] for row in kept(path)] == [0.5]


def test_a_redacted_text_is_nowhere_in_the_files(tmp_path: Path, writer_at: WriterAt) -> None:
    path = tmp_path / "log.sqlite"
    writer = writer_at(path)
    one = prediction(input_text="a very private matter", output_text="a very private answer", user_hash="ab12")
    writer.keep(one)
    writer.ask(lambda log: rate(log, one.id, 1, "a very private comment", 7.0)).result(5)
    assert any(b"very private" in file.read_bytes() for file in tmp_path.iterdir())
    assert writer.ask(lambda log: redact(log, one.id)).result(5) is True
    assert not any(b"very private" in file.read_bytes() for file in tmp_path.iterdir())
    assert not any(b"ab12" in file.read_bytes() for file in tmp_path.iterdir())
    writer.close()
    assert [row["feedback_score"] for row in kept(path)] == [1.0]


def test_a_locked_log_loses_records_and_says_so_then_goes_on(
    tmp_path: Path, writer_at: WriterAt, losses: Losses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.predictions.store._BUSY_MS", 50)
    path = tmp_path / "log.sqlite"
    writer = writer_at(path)
    writer.keep(prediction())
    writer.ask(lambda _: None).result(5)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    writer.keep(prediction(outcome="lost"))
    assert eventually(lambda: losses["locked"], 1) == 1
    holder.execute("ROLLBACK")
    holder.close()
    writer.keep(prediction(outcome="after"))
    writer.close()
    assert [row["outcome"] for row in kept(path)] == ["after", "ok"]


def test_a_full_disk_loses_records_and_says_so(
    tmp_path: Path,
    writer_at: WriterAt,
    losses: Losses,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def open_on_a_small_disk(path: Path) -> sqlite3.Connection:
        log = open_log(path)
        # SQLite answers as it does on a full disk once a file may not grow.
        log.execute("PRAGMA max_page_count=8")
        return log

    monkeypatch.setattr("gateway.predictions.writer.open_log", open_on_a_small_disk)
    path = tmp_path / "log.sqlite"
    writer = writer_at(path)
    writer.ask(lambda _: None).result(5)
    for _ in range(50):
        writer.keep(prediction(input_text="x" * 2_000))
    writer.ask(lambda _: None).result(5)
    writer.keep(prediction(input_text="x" * 20_000))
    writer.close()
    assert losses["disk_full"] > 0
    assert losses["disk_full"] + len(kept(path)) == 51
    assert len(caplog.records) == 1


def test_a_folder_that_cannot_be_made_loses_records_only(tmp_path: Path, writer_at: WriterAt, losses: Losses) -> None:
    (tmp_path / "file").write_text("no folder")
    writer = writer_at(tmp_path / "file" / "log.sqlite")
    writer.keep(prediction())
    assert eventually(lambda: losses["unwritable"], 1) == 1
    with pytest.raises(OSError, match="file"):
        writer.ask(lambda log: rate(log, "0" * 32, 1, None, 7.0)).result(5)
    writer.close()


def test_a_file_that_is_no_log_is_set_aside(tmp_path: Path, writer_at: WriterAt, losses: Losses) -> None:
    path = tmp_path / "log.sqlite"
    path.write_bytes(b"this was a log once" * 100)
    writer = writer_at(path)
    writer.keep(prediction())
    writer.close()
    assert len(kept(path)) == 1
    assert [file.read_bytes()[:4] for file in tmp_path.glob("*.unreadable-*")] == [b"this"]
    assert not losses


def test_a_queue_that_nobody_empties_stays_bounded(
    tmp_path: Path, writer_at: WriterAt, losses: Losses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.predictions.writer._LONGEST_QUEUE", 10)
    writer = writer_at(tmp_path / "log.sqlite")
    held = writer.ask(lambda _: time.sleep(0.5))
    time.sleep(0.2)
    for _ in range(25):
        writer.keep(prediction())
    assert losses["queue_full"] == 15
    held.result(5)
    writer.close()


def test_the_log_and_its_salt_are_for_their_owner_only(tmp_path: Path, writer_at: WriterAt) -> None:
    path = tmp_path / "log.sqlite"
    writer = writer_at(path)
    writer.keep(prediction())
    writer.close()
    salt = salt_beside(path)
    assert salt == salt_beside(path)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in tmp_path.iterdir())


def test_a_user_is_the_same_under_one_salt_and_another_under_the_next() -> None:
    assert hash_of_user("ann", b"a" * 32) == hash_of_user("ann", b"a" * 32)
    assert hash_of_user("ann", b"a" * 32) != hash_of_user("ann", b"b" * 32)
    assert hash_of_user(None, b"a" * 32) is hash_of_user("", b"a" * 32) is None
