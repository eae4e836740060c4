"""What a program said last, fit to be shown in an error."""

from __future__ import annotations

from pathlib import Path

LINES, BYTES = 20, 4_000


def tail(path: Path, start: int = 0) -> str:
    """The last lines that were written after byte `start`, bounded and without control characters."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            # A log that is shorter than it was has been rotated.
            stream.seek(max(start if start <= size else 0, size - BYTES))
            text = stream.read(BYTES).decode(errors="replace")
    except OSError:
        text = ""
    lines = ["".join(c for c in line if c.isprintable() or c == "\t") for line in text.splitlines()[-LINES:]]
    said = "\n".join(f"  | {line}" for line in lines if line)
    return f" It said:\n{said}\n  (all of it: {path})" if said else f" It said nothing (log: {path})."
