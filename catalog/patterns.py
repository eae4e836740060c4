"""Regular expressions as JavaScript means them.

A pattern is translated piece by piece (ECMA-262 without flags, with annex B, which is how promptfoo compiles it), so
that nothing of Python's own syntax means anything: `$` is the end and not the line before it, `.` stops at four line
terminators, a group that took no part matches nothing. What the translation does not know is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from catalog.character_classes import CLASSES, written, written_ranges

if TYPE_CHECKING:
    import regex

MAX_PATTERN_CHARACTERS = 2_000
_MAX_SIZE = 20_000
_MAX_DEPTH = 50

_QUANTIFIER = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_GROUP_NAME = re.compile(r"\(\?<([A-Za-z_$][A-Za-z0-9_$]*)>")
_CONTROL = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_WORD = r"[A-Za-z0-9_]"
_BOUNDARY = {
    "b": rf"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    "B": rf"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
}
_NOTHING = "(?:)"
_OPENERS = ("(?:", "(?=", "(?!", "(?<=", "(?<!")


class BadPatternError(ValueError):
    """Not a pattern that JavaScript would compile, or one too large to run."""


@lru_cache(maxsize=4_096)
def compiled(pattern: str) -> regex.Pattern[str]:
    """The pattern, ready to search `code_units` of a text; give every search a timeout. Raises BadPatternError."""
    import regex  # most suites have no pattern, and it takes longer to load than all the rest of this room

    translated = translate(pattern)
    try:
        return regex.compile(translated, regex.V0 | regex.ASCII)
    except (regex.error, RecursionError, OverflowError) as error:
        raise BadPatternError(str(error)) from error


def code_units(text: str) -> str:
    """The text as UTF-16 code units, which JavaScript counts and matches; the same text without astral characters."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(units[i] | units[i + 1] << 8) for i in range(0, len(units), 2))


def translate(pattern: str) -> str:
    """The pattern in the words of the `regex` package. Raises BadPatternError."""
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise BadPatternError(f"longer than {MAX_PATTERN_CHARACTERS} characters")
    source = code_units(pattern)
    names = _GROUP_NAME.findall(_without_classes(source))
    if len(set(names)) != len(names):
        raise BadPatternError("Duplicate capture group name")
    return _Translation(source, _count_groups(source), frozenset(names)).run()


def _without_classes(source: str) -> str:
    """The pattern without escapes and character classes, in which `(` opens nothing."""
    return re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", source, flags=re.DOTALL)


def _count_groups(source: str) -> int:
    return len(re.findall(r"\((?!\?)|\(\?<(?![=!])", _without_classes(source)))


@dataclass
class _Translation:
    """One pass over a pattern. `sizes` bounds how large repeats may grow: the engine unfolds some of them."""

    source: str
    groups: int
    names: frozenset[str]
    at: int = 0
    out: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    opened: int = 0
    sizes: list[int] = field(default_factory=lambda: [0])
    starts: list[tuple[int, bool, int | None]] = field(default_factory=list)
    atom: int | None = None
    atom_size: int = 0
    references: list[tuple[int, str]] = field(default_factory=list)

    def run(self) -> str:
        while self.at < len(self.source):
            self._term(self.source[self.at])
        if self.starts:
            raise BadPatternError("Unterminated group")
        for index, name in self.references:
            if name not in self.numbers:
                raise BadPatternError("Invalid named capture referenced")
            self.out[index] = self.out[index].replace(_NOTHING, _reference(self.numbers[name]))
        return "".join(self.out)

    def _term(self, char: str) -> None:
        match char:
            case "(":
                self._open()
            case ")":
                self._close()
            case "[":
                self._emit(self._class())
            case "\\":
                self._escape()
            case "*" | "+" | "?" | "{":
                self._repeat(char)
            case "|" | "^" | "$":
                self._mark({"|": "|", "^": "^", "$": r"\Z"}[char])
            case ".":
                self.at += 1
                self._emit(r"[^\n\r\u2028\u2029]")
            case _:
                self.at += 1
                self._emit(written(char))

    def _mark(self, text: str) -> None:
        """Something that takes no character and cannot be repeated."""
        self.at += 1
        self.out.append(text)
        self.atom = None

    def _emit(self, text: str) -> None:
        """Something that can be repeated."""
        self.atom, self.atom_size = len(self.out), 1
        self.sizes[-1] += 1
        self.out.append(text)

    def _open(self) -> None:
        opener = next((known for known in _OPENERS if self.source.startswith(known, self.at)), None)
        if opener is None:
            opener = self._open_capture()
        else:
            self.at += len(opener)
        self.starts.append((len(self.out), not opener.startswith("(?<"), self.opened if opener == "(" else None))
        if len(self.starts) > _MAX_DEPTH:
            raise BadPatternError(f"groups nested deeper than {_MAX_DEPTH}")
        self.sizes.append(0)
        self.out.append(opener)
        self.atom = None

    def _open_capture(self) -> str:
        self.opened += 1
        if named := _GROUP_NAME.match(self.source, self.at):
            self.numbers[named[1]] = self.opened
            self.at = named.end()
        elif self.source.startswith("(?", self.at):
            raise BadPatternError("Invalid group")
        else:
            self.at += 1
        return "("

    def _close(self) -> None:
        if not self.starts:
            raise BadPatternError("Unmatched ')'")
        start, repeatable, _ = self.starts.pop()
        size = self.sizes.pop() + 1
        self.sizes[-1] += size
        self.at += 1
        self.out.append(")")
        self.atom, self.atom_size = (start, size) if repeatable else (None, 0)

    def _repeat(self, char: str) -> None:
        counted = _QUANTIFIER.match(self.source, self.at) if char == "{" else None
        if char == "{" and counted is None:
            self.at += 1
            self._emit(r"\{")
            return
        if self.atom is None:
            raise BadPatternError("Nothing to repeat")
        text = counted[0] if counted else char
        self._grow(counted)
        self.at += len(text)
        if self.source.startswith("?", self.at):
            text, self.at = text + "?", self.at + 1
        # A group of its own: the other engine reads a second sign as possessive, and repeats look-arounds differently.
        self.out[self.atom] = "(?:" + self.out[self.atom]
        self.out.append(text + ")")
        self.atom = None

    def _grow(self, counted: re.Match[str] | None) -> None:
        if counted is None:
            return
        low, high = int(counted[1][:9]), int((counted[3] or counted[1])[:9])
        if high < low:
            raise BadPatternError("numbers out of order in {} quantifier")
        self.sizes[-1] += self.atom_size * max(high - 1, 0)
        if max(self.sizes[-1], sum(self.sizes)) > _MAX_SIZE:
            raise BadPatternError(f"repeats grow to more than {_MAX_SIZE} characters")

    def _escape(self) -> None:
        following = self.source[self.at + 1 : self.at + 2]
        if not following:
            raise BadPatternError("\\ at end of pattern")
        if following in _BOUNDARY:
            self.at += 1
            self._mark(_BOUNDARY[following])
        elif following in CLASSES:
            self.at += 2
            self._emit(f"[{written_ranges(CLASSES[following])}]")
        elif following == "k" and self.names:
            self._named_reference()
        elif following in "123456789" and self._numbered_reference():
            return
        else:
            self._emit(written(self._character_escape()))

    def _named_reference(self) -> None:
        name = re.compile(r"\\k<([^>]*)>").match(self.source, self.at)
        if name is None:
            raise BadPatternError("Invalid named reference")
        self.at = name.end()
        self._emit(_NOTHING)
        if not self._is_open(self.numbers.get(name[1])):
            self.references.append((len(self.out) - 1, name[1]))

    def _numbered_reference(self) -> bool:
        digits = re.compile(r"[0-9]+").match(self.source, self.at + 1)
        number = int(digits[0][:9]) if digits else 0
        if not digits or number > self.groups:
            return False
        self.at = digits.end()
        self._emit(_NOTHING if self._is_open(number) else _reference(number))
        return True

    def _is_open(self, number: int | None) -> bool:
        """A reference inside its own group matches nothing."""
        return number is not None and any(opened == number for _, _, opened in self.starts)

    def _character_escape(self) -> str:
        """The one character that the escape at this place stands for; moves past it."""
        for shape in (r"\\x([0-9A-Fa-f]{2})", r"\\u([0-9A-Fa-f]{4})"):
            if code := re.compile(shape).match(self.source, self.at):
                self.at = code.end()
                return chr(int(code[1], 16))
        if octal := re.compile(r"\\([0-3][0-7]{0,2}|[4-7][0-7]?)").match(self.source, self.at):
            self.at = octal.end()
            return chr(int(octal[1], 8))
        if control := re.compile(r"\\c([A-Za-z])").match(self.source, self.at):
            self.at = control.end()
            return chr(ord(control[1]) % 32)
        following = self.source[self.at + 1]
        if following == "c":
            self.at += 1
            return "\\"
        self.at += 2
        return _CONTROL.get(following, following)

    def _class(self) -> str:
        self.at += 1
        negated = self.source.startswith("^", self.at)
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while not self.source.startswith("]", self.at):
            if self.at >= len(self.source):
                raise BadPatternError("Unterminated character class")
            self._class_range(ranges)
        self.at += 1
        if not ranges:
            return r"[\u0000-\uffff]" if negated else r"[^\u0000-\uffff]"
        return f"[{'^' if negated else ''}{written_ranges(ranges)}]"

    def _class_range(self, ranges: list[tuple[int, int]]) -> None:
        first = self._class_atom()
        if not (self.source.startswith("-", self.at) and self.source[self.at + 1 : self.at + 2] not in {"]", ""}):
            ranges.extend(first)
            return
        self.at += 1
        last = self._class_atom()
        if len(first) > 1 or len(last) > 1:
            ranges.extend([*first, (ord("-"), ord("-")), *last])
        elif first[0][0] > last[0][0]:
            raise BadPatternError("Range out of order in character class")
        else:
            ranges.append((first[0][0], last[0][0]))

    def _class_atom(self) -> list[tuple[int, int]]:
        char = self.source[self.at]
        if char != "\\":
            self.at += 1
            return [(ord(char), ord(char))]
        following = self.source[self.at + 1 : self.at + 2]
        if not following:
            raise BadPatternError("\\ at end of pattern")
        if following in CLASSES:
            self.at += 2
            return list(CLASSES[following])
        if following == "b":
            self.at += 2
            return [(8, 8)]
        code = ord(self._character_escape())
        return [(code, code)]


def _reference(number: int) -> str:
    """What a group matched; nothing when it took no part."""
    return f"(?:(?({number})\\{number}|))"
