"""What a change does to the prompt that the model reads: by line for a comment, by word for the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from itertools import zip_longest
from typing import Literal

from policies.review.escape import lines_of
from policies.verdict import RenderedCase

_LONGEST = 20_000
_MOST_LINES = 400
_MOST_WORDS = 600
_ALIKE = 0.35
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")

Change = Literal["same", "removed", "added"]


@dataclass(frozen=True)
class Piece:
    """A run of text that both sides share, or that only one has."""

    text: str
    change: Change


@dataclass(frozen=True)
class Row:
    """One line of each side; none where a side has no such line."""

    base: tuple[Piece, ...] | None
    head: tuple[Piece, ...] | None

    @property
    def changed(self) -> bool:
        """Do the two sides differ in this line."""
        return self.base != self.head


def prompt_lines(text: str | None) -> tuple[str, ...]:
    """The lines of a rendered prompt, bounded and visible."""
    return lines_of((text or "")[:_LONGEST])[:_MOST_LINES]


def line_diff(case: RenderedCase, most_lines: int = 60) -> tuple[str, ...]:
    """A unified difference without its file names; the whole prompt when it is new; empty when nothing differs."""
    head = prompt_lines(case.head)
    if case.base is None:
        found: Iterable[str] = (f"+{line}" for line in head)
    else:
        found = list(unified_diff(prompt_lines(case.base), head, lineterm="", n=2))[2:]
    lines = [" \u22ef" if line.startswith("@@") else line for line in found]
    lines = lines[1:] if lines[:1] == [" \u22ef"] else lines
    more = len(lines) - most_lines
    return (*lines[:most_lines], f" \u22ef {more} more lines") if more > 0 else tuple(lines)


def side_by_side(case: RenderedCase) -> tuple[Row, ...]:
    """Both prompts line by line, with the words that differ marked."""
    base, head = prompt_lines(case.base) if case.base is not None else (), prompt_lines(case.head)
    rows: list[Row] = []
    for tag, base_from, base_to, head_from, head_to in SequenceMatcher(None, base, head, autojunk=False).get_opcodes():
        before, after = base[base_from:base_to], head[head_from:head_to]
        rows.extend(_same(before) if tag == "equal" else _differing(before, after))
    return tuple(rows)


def _same(lines: Sequence[str]) -> Iterator[Row]:
    for line in lines:
        pieces = (Piece(line, "same"),)
        yield Row(pieces, pieces)


def _differing(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    for old, new in zip_longest(before, after):
        if old is None or new is None:
            yield Row(_whole(old, "removed"), _whole(new, "added"))
        else:
            yield Row(*_words(old, new))


def _whole(line: str | None, change: Change) -> tuple[Piece, ...] | None:
    return None if line is None else (Piece(line, change),)


def _words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if max(len(before), len(after)) > _MOST_WORDS or matcher.ratio() < _ALIKE:
        return (Piece(old, "removed"),), (Piece(new, "added"),)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = "".join(before[old_from:old_to]), "".join(after[new_from:new_to])
        left += [Piece(gone, "same" if tag == "equal" else "removed")] if gone else []
        right += [Piece(come, "same" if tag == "equal" else "added")] if come else []
    return tuple(left), tuple(right)
