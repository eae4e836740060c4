"""Cutting a long comment: whole rows, whole blocks and whole sections are left out, and it says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policies.review.figures import count


@dataclass(frozen=True)
class Part:
    """Items under an opening, such as rows under a table's head. Items are left out from the last."""

    opening: str
    items: tuple[str, ...]
    noun: str
    total: int | None = None
    """How many there would be, when the caller has left some out already."""

    def fit(self, room: int) -> str | None:
        """As many items as there is room for and how many are left; none when there is no room for that."""
        whole = max(self.total or 0, len(self.items))
        room -= len(self._note(whole)) + 2
        shown = self._first_items(room - len(self.opening) - 1)
        left = whole - len(shown)
        text = "\n".join(filter(None, [self.opening, *shown])) if shown or not self.items else ""
        if room < 0 or len(text) > room:
            return None
        return "\n\n".join(filter(None, [text, self._note(left) if left else ""])) or None

    def _first_items(self, room: int) -> list[str]:
        shown: list[str] = []
        for item in self.items:
            room -= len(item) + 1
            if room < 0:
                break
            shown.append(item)
        return shown

    def _note(self, left: int) -> str:
        return f"<sub>{count(left)} more {self.noun}: see report.html.</sub>"


@dataclass(frozen=True)
class Section:
    """Parts that belong together, shown as they are or folded behind a summary."""

    title: str
    parts: tuple[Part, ...]
    summary: str | None = None
    """HTML of the summary; none for a section that stands open."""
    share: int = 12_000
    """The most characters that it may take, so that no section starves those behind it."""

    def fit(self, room: int) -> str | None:
        """The section within `room` characters; none when nothing of it fits."""
        before = f"<details><summary>{self.summary}</summary>\n\n" if self.summary is not None else ""
        after = "\n</details>" if self.summary is not None else ""
        room = min(room, self.share) - len(before) - len(after)
        inner = "\n\n".join(_fitting(self.parts, room))
        return f"{before}{inner}{after}" if inner else None


def _fitting(parts: Sequence[Part], room: int) -> Iterable[str]:
    for place, part in enumerate(parts):
        text = part.fit(min(room, max(room // (len(parts) - place), 3_000)))
        if text:
            room -= len(text) + 2
            yield text


def assemble(head: str, sections: Sequence[Section], limit: int) -> str:
    """The head, then every section that fits, then the names of those that do not.

    Raises ValueError when the head alone is longer than `limit`.
    """
    reserve = sum(len(section.title) + 2 for section in sections) + 60
    room = limit - len(head) - reserve
    if room < 0:
        raise ValueError(f"a comment needs at least {len(head) + reserve} characters; {limit} were allowed")
    shown, left_out = [head], []
    for section in sections:
        text = section.fit(room - 2)
        if text is None:
            left_out.append(section.title)
        else:
            shown.append(text)
            room -= len(text) + 2
    if left_out:
        shown.append(f"<sub>Left out for length: {', '.join(left_out)}.</sub>")
    return "\n\n".join(shown) + "\n"
