"""Writes the prediction log beside the requests: they put a record in a queue and go on."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from gateway.predictions.record import Prediction
from gateway.predictions.store import append, open_log

_BATCH_SECONDS = 0.1
_LONGEST_QUEUE = 20_000
_LARGEST_BATCH = 2_000
_TRIES = 3
_LOGGER = logging.getLogger("gateway")


@dataclass(frozen=True, slots=True)
class _Job:
    """Something to do with the log between two batches, for somebody who waits for it."""

    work: Callable[[sqlite3.Connection], Any]
    done: Future[Any]


class PredictionWriter:
    """One thread that owns the log. Whatever happens to the disk, a request is never held up and never fails:
    what cannot be kept is counted by `dropped` (called with a number and a reason)."""

    def __init__(self, path: Path, max_records: int, dropped: Callable[[int, str], None]) -> None:
        self._path = path
        self._max_records = max_records
        self._dropped = dropped
        self._queue: SimpleQueue[Prediction | _Job | None] = SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._hurry = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="prediction-log", daemon=True)
        self._thread.start()

    def keep(self, prediction: Prediction) -> None:
        """Take a record; returns at once."""
        if self._queue.qsize() >= _LONGEST_QUEUE:
            self._dropped(1, "queue_full")
        else:
            self._queue.put(prediction)

    def ask(self, work: Callable[[sqlite3.Connection], Any]) -> Future[Any]:
        """Run `work` on the log after all that was taken before. The future fails with sqlite3.Error or OSError."""
        job = _Job(work, Future())
        self._queue.put(job)
        self._hurry.set()
        return job.done

    def bound(self, max_records: int) -> None:
        """Keep another number of records from now on."""
        self._max_records = max_records

    def close(self, timeout_seconds: float = 5) -> None:
        """Write what was taken and end the thread."""
        self._queue.put(None)
        self._hurry.set()
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        going = True
        while going:
            taken = [self._queue.get()]
            # One wake-up for many records: requests are not interrupted by each of theirs.
            self._hurry.wait(_BATCH_SECONDS)
            self._hurry.clear()
            taken += self._waiting()
            going = None not in taken
            self._work_through(taken)
        if self._connection is not None:
            self._connection.close()

    def _waiting(self) -> list[Prediction | _Job | None]:
        taken: list[Prediction | _Job | None] = []
        try:
            while len(taken) < _LARGEST_BATCH:
                taken.append(self._queue.get_nowait())
        except Empty:
            pass
        return taken

    def _work_through(self, taken: list[Prediction | _Job | None]) -> None:
        rows = []
        for item in taken:
            if isinstance(item, Prediction):
                rows.append(item.row())
            elif item is not None:
                self._append(rows)
                rows = []
                self._answer(item)
        self._append(rows)

    def _append(self, rows: list[tuple[object, ...]]) -> None:
        if not rows:
            return
        for attempt in range(_TRIES):
            try:
                append(self._log(), rows, self._max_records)
            except (sqlite3.Error, OSError) as error:
                self._forget_connection()
                problem = error
                time.sleep(0.05 * 4**attempt)
            else:
                self._failing = False
                return
        self._dropped(len(rows), _reason(problem))
        if not self._failing:
            # Once, not for each batch; the metric goes on counting.
            _LOGGER.warning("The prediction log %s cannot be written; records are lost: %s.", self._path, problem)
        self._failing = True

    def _answer(self, job: _Job) -> None:
        try:
            job.done.set_result(job.work(self._log()))
        except (sqlite3.Error, OSError) as error:
            self._forget_connection()
            job.done.set_exception(error)

    def _log(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_log(self._path)
        return self._connection

    def _forget_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _reason(error: Exception) -> str:
    text = str(error)
    if "locked" in text:
        return "locked"
    return "disk_full" if "full" in text or "No space" in text else "unwritable"
