"""The character classes of JavaScript as ranges of UTF-16 code units."""

from __future__ import annotations

from collections.abc import Iterable

Ranges = tuple[tuple[int, int], ...]

_LAST = 0xFFFF
_DIGIT: Ranges = ((0x30, 0x39),)
_WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
# White space and line terminators, ECMA-262 sections 12.2 and 12.3.
_SPACE: Ranges = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)


def _others(ranges: Ranges) -> Ranges:
    """Every code unit that is in none of the (sorted) ranges."""
    starts = (0, *(high + 1 for _, high in ranges))
    ends = (*(low - 1 for low, _ in ranges), _LAST)
    return tuple((low, high) for low, high in zip(starts, ends, strict=True) if low <= high)


CLASSES: dict[str, Ranges] = {
    "d": _DIGIT,
    "D": _others(_DIGIT),
    "w": _WORD,
    "W": _others(_WORD),
    "s": _SPACE,
    "S": _others(_SPACE),
}


def written(char: str) -> str:
    """One character so that it means itself in a pattern."""
    return char if char.isascii() and char.isalnum() else f"\\u{ord(char):04x}"


def written_ranges(ranges: Iterable[tuple[int, int]]) -> str:
    """The inside of a character class."""
    return "".join(f"\\u{low:04x}-\\u{high:04x}" if low != high else f"\\u{low:04x}" for low, high in ranges)
