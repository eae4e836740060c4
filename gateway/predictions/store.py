"""The tables of the prediction log: SQLite with a write-ahead log, so that readers and the writer do not wait."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.predictions.record import COLUMNS

_SCHEMA = """
CREATE TABLE IF NOT EXISTS predictions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, time REAL NOT NULL, operation TEXT NOT NULL,
    prompt TEXT, variant TEXT, assigned_by TEXT, prompt_digest TEXT,
    model TEXT NOT NULL, model_digest TEXT NOT NULL,
    input_hash TEXT NOT NULL, output_hash TEXT, input_tokens INTEGER, output_tokens INTEGER,
    latency_ms REAL NOT NULL, time_to_first_token_ms REAL, outcome TEXT NOT NULL, usd REAL,
    user_hash TEXT, input_text TEXT, output_text TEXT,
    feedback_score REAL, feedback_comment TEXT, feedback_time REAL
);
CREATE INDEX IF NOT EXISTS predictions_by_time ON predictions (time);
"""
_INSERT = f"INSERT OR IGNORE INTO predictions ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - constants only
_BUSY_MS = 2_000


def open_log(path: Path) -> sqlite3.Connection:
    """The log for its one writer. A file that is no database is set aside. Raises sqlite3.Error, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        path.replace(path.with_name(f"{path.name}.unreadable-{time.time_ns()}"))
        return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        # What is redacted is overwritten, not only unlinked.
        connection.execute("PRAGMA secure_delete=ON")
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """The log for statistics; writes are refused. Raises sqlite3.Error when there is no log yet."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_MS / 1000)
    connection.execute("PRAGMA query_only=1")
    return connection


def append(connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]], max_records: int) -> None:
    """Add rows in one transaction; drop the oldest beyond `max_records`. Raises sqlite3.Error; then none is kept."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(_INSERT, rows)
        connection.execute(
            "DELETE FROM predictions WHERE seq <= (SELECT max(seq) FROM predictions) - ?", (max_records,)
        )
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.rollback()
        raise


def rate(
    connection: sqlite3.Connection, prediction: str, score: float, comment: str | None, now: float
) -> tuple[str, str] | None:
    """Keep feedback; a later one replaces it. Prompt and variant of the prediction; None if the log has it not."""
    found = connection.execute(
        "UPDATE predictions SET feedback_score = ?, feedback_comment = ?, feedback_time = ? WHERE id = ? "
        "RETURNING coalesce(prompt, ''), coalesce(variant, '')",
        (score, comment, now, prediction),
    ).fetchall()
    return (str(found[0][0]), str(found[0][1])) if found else None


def redact(connection: sqlite3.Connection, prediction: str) -> bool:
    """Forget what was asked and answered, and the comment; numbers and hashes of versions stay."""
    found = connection.execute(
        "UPDATE predictions SET input_text = NULL, output_text = NULL, input_hash = '', output_hash = NULL, "
        "user_hash = NULL, feedback_comment = NULL WHERE id = ? RETURNING id",
        (prediction,),
    ).fetchall()
    if found:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return bool(found)


def recent(connection: sqlite3.Connection, since: float, limit: int) -> list[dict[str, Any]]:
    """The latest predictions after `since`, at most `limit`, newest first; without any content."""
    found = connection.execute(
        "SELECT time, operation, prompt, variant, assigned_by, model, input_tokens, output_tokens, latency_ms, "
        "time_to_first_token_ms, outcome, usd, feedback_score FROM predictions "
        "WHERE time >= ? ORDER BY time DESC LIMIT ?",
        (since, limit),
    )
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def count(connection: sqlite3.Connection) -> int:
    """How many predictions are kept; numbers are given without a gap."""
    first, last = connection.execute("SELECT min(seq), max(seq) FROM predictions").fetchone()
    return 0 if first is None else int(last) - int(first) + 1


def salt_beside(path: Path) -> bytes:
    """The secret with which user keys are hashed: made once, kept beside the log, readable by its owner only.

    Where it can be neither read nor written, one for this process only: hashes then differ after a restart.
    """
    kept = path.with_name(f"{path.name}.salt")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as new:
            new.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    except OSError:
        return secrets.token_bytes(32)
    try:
        salt = kept.read_bytes()
    except OSError:
        return secrets.token_bytes(32)
    return salt if len(salt) == 32 else secrets.token_bytes(32)
