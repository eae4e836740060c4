"""The tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from gateway.predictions.record import Prediction, new_id
from gateway.predictions.store import append, count, open_for_reading, open_log, recent


def rows(times: list[float]) -> list[tuple[object, ...]]:
    return [Prediction(id=new_id(), time=at, operation="chat", model="stub").row() for at in times]


def test_recent_ones_come_newest_first_and_bounded(tmp_path: Path) -> None:
    log = open_log(tmp_path / "log.sqlite")
    append(log, rows([5.0, 1.0, 3.0, 4.0]), 100)
    assert [row["time"] for row in recent(log, 2.0, 2)] == [5.0, 4.0]
    assert count(log) == 4
    log.close()


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    log = open_log(tmp_path / "log.sqlite")
    broken = (None, *rows([2.0])[0][1:-1], object())
    with pytest.raises(sqlite3.Error):
        append(log, [*rows([1.0]), broken], 100)
    assert count(log) == 0
    append(log, rows([1.0]), 100)
    assert count(log) == 1
    log.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    open_log(tmp_path / "log.sqlite").close()
    reader = open_for_reading(tmp_path / "log.sqlite")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM predictions")
    reader.close()
    with pytest.raises(sqlite3.Error):
        open_for_reading(tmp_path / "none.sqlite")
