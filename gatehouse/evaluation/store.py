"""Answers by content, so that nothing that did not change is asked twice.

One sqlite file for all checkouts of a user, in write-ahead mode: several processes may read and write it at once, and
every answer is committed as it comes, so that a killed run goes on where it was.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from catalog.locations import answers_file
from gatehouse.errors import OutsideError

MAX_BYTES = 1 << 30
_BUSY_SECONDS = 30
_DAY_SECONDS = 86_400
_KEYS_AT_ONCE = 500
_PRUNED_SHARE = 0.25
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers_1 (
    key TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    latency_ms REAL NOT NULL,
    asked_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it is kept: the text, its tokens, and how long the model took when it was asked."""

    text: str
    input_tokens: int
    output_tokens: int
    latency_ms: float


class AnswerStore:
    """The answers of this user. A context manager; `OutsideError` when the file cannot be used."""

    def __init__(self, path: Path | None = None, *, max_bytes: int = MAX_BYTES) -> None:
        self.path = path or answers_file()
        self.max_bytes = max_bytes

    def __enter__(self) -> Self:
        with self._explained():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            # Before the first table: pages of pruned answers go back to the disk later.
            self._connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            self._connection.execute("PRAGMA journal_mode = WAL")
            # A power cut may lose the last answers, never the file; a killed process loses nothing.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_SCHEMA)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def find(self, keys: Sequence[str]) -> dict[str, Answered]:
        """The answers that are there, by key."""
        found: dict[str, Answered] = {}
        stale: list[str] = []
        now = int(time.time())
        with self._explained():
            for start in range(0, len(keys), _KEYS_AT_ONCE):
                some = keys[start : start + _KEYS_AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = self._connection.execute(
                    "SELECT key, text, input_tokens, output_tokens, latency_ms, used_at "  # noqa: S608 - only question marks are put in
                    f"FROM answers_1 WHERE key IN ({marks})",
                    some,
                )
                for key, text, input_tokens, output_tokens, latency_ms, used_at in rows:
                    found[key] = Answered(text, input_tokens, output_tokens, latency_ms)
                    if now - used_at > _DAY_SECONDS:
                        stale.append(key)
            self._mark_used(stale, now)
        return found

    def keep(self, key: str, answer: Answered) -> None:
        """Keep an answer, for good once this returns. The newest of two for one key stays."""
        now = int(time.time())
        with self._explained():
            self._connection.execute(
                "INSERT OR REPLACE INTO answers_1 VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, answer.text, answer.input_tokens, answer.output_tokens, answer.latency_ms, now, now),
            )

    def prune(self) -> int:
        """Forget the answers that were not used for longest once the file is too large. Returns how many."""
        with self._explained():
            if self._bytes() <= self.max_bytes:
                return 0
            (count,) = self._connection.execute("SELECT COUNT(*) FROM answers_1").fetchone()
            forgotten = max(1, int(count * _PRUNED_SHARE))
            self._connection.execute(
                "DELETE FROM answers_1 WHERE key IN (SELECT key FROM answers_1 ORDER BY used_at, key LIMIT ?)",
                (forgotten,),
            )
            # One statement frees one page at a time and stops after the first where nobody steps on; a script steps on.
            self._connection.executescript("PRAGMA incremental_vacuum;")
            return min(forgotten, int(count))

    def _bytes(self) -> int:
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        (size,) = self._connection.execute("PRAGMA page_size").fetchone()
        return int(pages) * int(size)

    def _mark_used(self, keys: Sequence[str], now: int) -> None:
        if keys:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("UPDATE answers_1 SET used_at = ? WHERE key = ?", [(now, key) for key in keys])
            self._connection.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise OutsideError(
                f"The store of answers {self.path} cannot be used: {error}.",
                "Free the disk or remove the file (answers are asked again); GATEHOUSE_CACHE moves it.",
            ) from error
