"""YAML as the catalogue accepts it: plain data with the line and column of every node.

Scalars follow the core schema of YAML 1.2, so `no` is text and `012` is twelve, as editors and
promptfoo read them. Anchors, aliases, merge keys, directives and custom tags are refused: with them a
small file can stand for a huge one, or for code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from catalog.report import Mark, Report, shown

MAX_NODES = 100_000
MAX_DEPTH = 32
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq"))
_TEXT_TAG = "tag:yaml.org,2002:str"
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_START = frozenset("+-.0123456789")
_MAX_NUMBER_CHARACTERS = 40


@dataclass(slots=True)
class Located:
    """A value and where it stands.

    `value` is plain data. `fields` holds the children of a mapping with the place of each key, `items`
    those of a sequence, `raw` the text of a scalar as it was written.
    """

    value: Any
    mark: Mark
    raw: str | None = None
    plain: bool = False
    fields: dict[str, tuple[Mark, Located]] | None = None
    items: list[Located] | None = None

    def find(self, path: tuple[str | int, ...]) -> Located | None:
        """The node at a path of keys and indexes."""
        node: Located | None = self
        for part in path:
            if node is None:
                return None
            node = node.child(part)
        return node

    def child(self, part: str | int) -> Located | None:
        """One step down."""
        if isinstance(part, str) and self.fields is not None:
            found = self.fields.get(part)
            return found[1] if found else None
        if isinstance(part, int) and self.items is not None and 0 <= part < len(self.items):
            return self.items[part]
        return None

    def key_mark(self, key: str) -> Mark:
        """Where a key stands; the mapping itself if it has no such key."""
        found = (self.fields or {}).get(key)
        return found[0] if found else self.mark


class _Refused(Exception):  # noqa: N818 - a signal inside this module; callers see problems
    def __init__(self, mark: Mark, message: str, fix: str | None = None) -> None:
        super().__init__(message)
        self.mark, self.message, self.fix = mark, message, fix


def parse_yaml(text: str, report: Report, *, first_line: int = 1) -> Located | None:
    """Read one document. Every mistake goes to the report, with lines counted from `first_line`.

    Returns none if there is nothing that could be used.
    """
    builder = _Builder(report, first_line)
    before = len(report.problems)
    try:
        root = builder.document(yaml.parse(text, Loader=_LOADER))
    except _Refused as refused:
        report.add(refused.mark, refused.message, fix=refused.fix)
        return None
    except UnicodeEncodeError:
        report.add(Mark(first_line, 1), "The text holds half of a surrogate pair, which is no character.")
        return None
    except yaml.YAMLError as error:
        _add_syntax_error(error, text, report, first_line)
        return None
    return root if len(report.problems) == before else None


class _Builder:
    """Turns parser events into located data, without recursion into untrusted depth."""

    def __init__(self, report: Report, first_line: int) -> None:
        self.report = report
        self.offset = first_line
        self.nodes = 0

    def mark(self, event: Any) -> Mark:
        return Mark(event.start_mark.line + self.offset, event.start_mark.column + 1)

    def document(self, events: Iterator[Any]) -> Located | None:
        next(events)  # the start of the stream
        start = next(events)
        if isinstance(start, yaml.StreamEndEvent):
            self.report.add(Mark(self.offset, 1), "The file is empty.")
            return None
        if start.version or start.tags:
            raise _Refused(self.mark(start), "A YAML directive (%YAML, %TAG) is not allowed.", "Remove the line.")
        root = self.node(next(events), events, depth=0)
        next(events)  # the end of the document
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _Refused(
                self.mark(after), "A second document starts here; one file holds one document.", "Remove the '---'."
            )
        return root

    def node(self, event: Any, events: Iterator[Any], depth: int) -> Located:
        self.nodes += 1
        mark = self.mark(event)
        if self.nodes > MAX_NODES:
            raise _Refused(mark, f"The file has more than {MAX_NODES:,} values.", "Keep cases in a CSV or JSONL file.")
        if depth > MAX_DEPTH:
            raise _Refused(mark, f"Nested more than {MAX_DEPTH} levels deep.")
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            name = shown(event.anchor)
            raise _Refused(mark, f"The anchor or alias '{name}' is not allowed.", "Write the value out in both places.")
        if event.tag is not None and event.tag not in _PLAIN_TAGS:
            raise _Refused(mark, f"The tag '{shown(event.tag)}' is not allowed.", "Remove it; files hold plain data.")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(mark, events, depth)
        return self.mapping(mark, events, depth)

    def scalar(self, event: Any, mark: Mark) -> Located:
        raw: str = event.value
        plain = bool(event.implicit[0]) and event.tag != _TEXT_TAG
        if not raw.isascii() and any("\ud800" <= char <= "\udfff" for char in raw):
            raise _Refused(mark, "The text holds half of a surrogate pair, which is no character.")
        return Located(_resolve(raw, mark) if plain else raw, mark, raw, plain)

    def sequence(self, mark: Mark, events: Iterator[Any], depth: int) -> Located:
        items: list[Located] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self.node(event, events, depth + 1))
        return Located([item.value for item in items], mark, items=items)

    def mapping(self, mark: Mark, events: Iterator[Any], depth: int) -> Located:
        fields: dict[str, tuple[Mark, Located]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self.node(event, events, depth + 1)
            child = self.node(next(events), events, depth + 1)
            name = self.key_name(key)
            if name in fields:
                line = fields[name][0].line
                self.report.add(key.mark, f"The key '{shown(name)}' stands here a second time; first on line {line}.")
                continue
            fields[name] = (key.mark, child)
        return Located({name: child.value for name, (_, child) in fields.items()}, mark, fields=fields)

    @staticmethod
    def key_name(key: Located) -> str:
        if key.raw is None or (key.plain and key.value is None):
            raise _Refused(key.mark, "A key has to be a word.", "Put text that starts with [, { or ~ in quotes.")
        if key.plain and key.raw == "<<":
            raise _Refused(key.mark, "The merge key '<<' is not allowed.", "Write the fields out.")
        return key.raw


def _resolve(raw: str, mark: Mark) -> Any:
    """The value of an unquoted scalar in the core schema of YAML 1.2."""
    if raw in _WORDS:
        return _WORDS[raw]
    if raw[0] not in _NUMBER_START:
        return raw
    if _NOT_FINITE.fullmatch(raw):
        raise _Refused(mark, f"'{raw}' is not a finite number.", "Put it in quotes if it is text.")
    is_integer = _INTEGER.fullmatch(raw) is not None
    if not is_integer and not _FLOAT.fullmatch(raw):
        return raw
    if len(raw) > _MAX_NUMBER_CHARACTERS:
        raise _Refused(mark, "The number has too many digits.", "Put it in quotes if it is text.")
    if is_integer:
        return int(raw, 0) if raw[:2] in {"0o", "0x"} else int(raw)
    number = float(raw)
    if not math.isfinite(number):
        raise _Refused(mark, f"'{raw}' is too large a number.", "Put it in quotes if it is text.")
    return number


_SYNTAX_HINTS = (
    ("\t", "Indent with spaces; YAML allows no tabs."),
    ("mapping values are not allowed", "Put text that holds ': ' in quotes."),
    ("could not find expected ':'", "Every key needs a ':' and a space after it."),
    ("did not find expected key", "Check the indentation, and quotes inside of the value."),
    ("did not find expected '-'", "Check the indentation of the list."),
    ("block sequence entries are not allowed", "Start the list on a line of its own."),
    ("cannot start any token", "Put text that starts with @, ` or % in quotes."),
    ("unexpected end of stream", "A quote or bracket is not closed."),
)


def _add_syntax_error(error: yaml.YAMLError, text: str, report: Report, first_line: int) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    if mark is None:
        report.add(Mark(first_line, 1), f"Not valid YAML: {shown(what, 120)}.")
        return
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    has_tab = "\t" in line[: mark.column + 1]
    hint = next((fix for sign, fix in _SYNTAX_HINTS if sign in what or (sign == "\t" and has_tab)), None)
    report.add(Mark(mark.line + first_line, mark.column + 1), f"Not valid YAML: {shown(what, 120)}.", fix=hint)
