"""Reads every file of the rooms, whatever its suffix, and looks for credentials and for hidden text in it."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from catalog.report import shown
from policies.files.secrets import Secret, find_secrets

ROOMS = ("models", "prompts", "stacks")
MAX_TEXT_BYTES = 8_388_608
MAX_BINARY_BYTES = 1_048_576
MAX_FILES = 100_000
_PROBE_BYTES = 8_192
# Characters that turn the direction of text around, and the invisible letters of the tag block: a reviewer
# reads one prompt and the model another.
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0001\U000e0020-\U000e007e]+")
_MOST_HIDDEN = 20
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Scan:
    """What one file holds. `hidden` are lines with characters that nobody sees; `cut` says that not all was read."""

    path: str
    secrets: tuple[Secret, ...]
    hidden: tuple[int, ...]
    cut: bool


def scan(root: Path) -> Iterator[Scan]:
    """Every file of the rooms with a credential or hidden text in it, or too large to read whole."""
    for count, path in enumerate(_files(root)):
        if count >= MAX_FILES:
            yield Scan("", (), (), cut=True)
            return
        text, cut = _text(path)
        secrets, hidden = find_secrets(text), _hidden_lines(text)
        if secrets or hidden or cut:
            yield Scan(shown(path.relative_to(root).as_posix(), limit=300), secrets, hidden, cut)


def _hidden_lines(text: str) -> tuple[int, ...]:
    found = islice(_HIDDEN.finditer(text), _MOST_HIDDEN)
    return tuple(sorted({text.count("\n", 0, match.start()) + 1 for match in found}))


def _files(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        for folder, folders, names in os.walk(root / room):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                if path.is_file() and not path.is_symlink():
                    yield path


def _text(path: Path) -> tuple[str, bool]:
    """The text of a file, and whether it was cut. A text that is too large is; a binary file is read in part."""
    try:
        with path.open("rb") as file:
            head = file.read(_PROBE_BYTES)
            binary = b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            most = MAX_BINARY_BYTES if binary else MAX_TEXT_BYTES
            content = head + file.read(most - len(head))
            cut = not binary and bool(file.read(1))
    except OSError:
        return "", True
    encoding = next((name for mark, name in _WIDE if content.startswith(mark)), "utf-8")
    if binary:
        return content.decode("latin-1"), False
    return content.decode(encoding, errors="replace"), cut
