"""Reads files that came with a pull request: bounded, as UTF-8, never through a link."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from catalog.report import Mark, Report

MAX_YAML_BYTES = 1_048_576
MAX_CASES_BYTES = 33_554_432
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BOM = "\ufeff"


def read_text(path: Path, report: Report, *, max_bytes: int = MAX_YAML_BYTES, bom: bool = False) -> str | None:
    """The text of a file; none, and a problem, if it is no plain file, too large, or not clean UTF-8.

    A byte order mark is dropped where `bom` allows it, since spreadsheets write one.
    """
    content = _read_bytes(path, report, max_bytes)
    if content is None:
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        report.add(Mark(line, 1), "The file is not UTF-8.", fix="Save it in the encoding UTF-8.")
        return None
    if text.startswith(_BOM):
        if not bom:
            report.add(Mark(1, 1), "The file starts with a byte order mark.", fix="Save it as UTF-8 without BOM.")
            return None
        text = text.removeprefix(_BOM)
    return text if _is_clean(text, report) else None


def _open_unlinked(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _read_bytes(path: Path, report: Report, max_bytes: int) -> bytes | None:
    try:
        with open(path, "rb", opener=_open_unlinked) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                report.add(None, "This is no plain file.")
                return None
            content = file.read(max_bytes + 1)
    except OSError as error:
        report.add(None, f"The file cannot be read: {error.strerror}.", fix="Symbolic links are not followed.")
        return None
    if len(content) > max_bytes:
        report.add(None, f"The file is larger than {max_bytes:,} bytes.")
        return None
    return content


def _is_clean(text: str, report: Report) -> bool:
    found = _CONTROL.search(text)
    if found is None:
        return True
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    report.add(
        Mark(line, column), f"The control character U+{ord(found[0]):04X} is not allowed.", fix="Remove the character."
    )
    return False
