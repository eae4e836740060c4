"""Text from pull requests and models, made harmless: bounded, visible, and no Markdown or HTML of its own.

A mention or a reference is found by GitHub after the Markdown was rendered, so a backslash does not stop it; a
zero-width space behind the sign does. Everything structural becomes an entity, which no parser takes for structure.
"""

from __future__ import annotations

import re
from html import escape
from unicodedata import category

_GAP = "&#8203;"
_TAKEN = re.compile(r"(?i)://|www\.|\bgh-(?=\d)|:(?=[\w+-]+:)|_|[&<>|`\\@#$*\[\]~]")
_SIGNS = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "|": "&#124;",
    "`": "&#96;",
    "\\": "&#92;",
    # GitHub's own way to say that this dollar opens no formula.
    "$": "<span>$</span>",
    "@": f"@{_GAP}",
    "#": f"#{_GAP}",
    "://": f":{_GAP}//",
    ":": f":{_GAP}",
}
_FIRST = re.compile(r"[-+=]|\d+(?=[.)](?:\s|$))")
_TAME = re.compile(r"[^\W_]+(?:[\w ./:,;=+()%'\"\u2026-]*[\w./:;=+()%'\"\u2026-])?")
_JOINERS = "\u200c\u200d"
_SMUGGLERS = range(0xE0100, 0xE01F0)


def visible(text: str) -> str:
    """The same text with nothing hidden: control, direction and zero-width characters become their code."""
    shown: list[str] = []
    marks = 0
    for letter in text:
        kind = category(letter)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if marks > 3:
            continue
        shown.append(f"\u27e8U+{ord(letter):04X}\u27e9" if _hidden(letter, kind, shown) else letter)
    return "".join(shown)


def _hidden(letter: str, kind: str, before: list[str]) -> bool:
    if letter in _JOINERS:
        return not before or before[-1].isascii()
    return kind in {"Cc", "Cf", "Cs", "Zl", "Zp"} or ord(letter) in _SMUGGLERS


def one_line(text: str, limit: int) -> str:
    """One visible line of about `limit` characters."""
    line = " ".join(text[: limit * 4].split())
    return visible(line if len(line) <= limit else f"{line[: limit - 1].rstrip()}\u2026")


def prose(text: str, limit: int = 300) -> str:
    """Plain text for a paragraph, a list item or a table cell in Markdown."""
    line = _spoil(one_line(text, limit))
    first = _FIRST.match(line)
    return f"{first.group()}{_GAP}{line[first.end() :]}" if first else line or "\u2013"


def _spoil(line: str) -> str:
    return _TAKEN.sub(lambda found: _sign(found, line), line)


def _sign(found: re.Match[str], line: str) -> str:
    sign = found.group()
    if sign == "_":
        around = line[max(found.start() - 1, 0) : found.start()], line[found.end() : found.end() + 1]
        return sign if all(letter.isascii() and letter.isalnum() for letter in around) else "\\_"
    if sign[:-1].lower() in {"www", "gh"}:
        return f"{sign[:-1]}{_GAP}{sign[-1]}" if sign[-1] == "." else f"{sign}{_GAP}"
    return _SIGNS.get(sign, f"\\{sign}")


def code(text: str, limit: int = 120) -> str:
    """A name, a path or an answer, as code; nothing in it is taken for a mention or a link."""
    line = one_line(text, limit)
    if not line:
        return "<code> </code>"
    return f"`{line}`" if _TAME.fullmatch(line) else f"<code>{_spoil(line)}</code>"


def html_code(text: str, limit: int = 120) -> str:
    """The same where Markdown is not read, such as in a summary."""
    return f"<code>{escape(one_line(text, limit))}</code>"


def lines_of(text: str, *, width: int = 300) -> tuple[str, ...]:
    """Visible lines of at most about `width` characters, indentation kept."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return tuple(visible(line if len(line) <= width else f"{line[: width - 1]}\u2026") for line in whole.split("\n"))


def fence(lines: tuple[str, ...], language: str = "") -> str:
    """A code block whose fence no line of it can close."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    ticks = "`" * max(3, longest + 1)
    return "\n".join((f"{ticks}{language}", *lines, ticks))
