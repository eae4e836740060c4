"""Everything in an HTML page that could act: tags, attributes, addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "input", "br", "img", "link", "hr", "base", "embed"}
_DRAWN = {"path", "rect", "circle", "line", "polyline"}


@dataclass
class Page(HTMLParser):
    """What a page is made of, and what is wrong with it."""

    source: str
    tags: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str | None]] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)
    text: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()
        self.unbalanced += [f"<{tag}>" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in _VOID | _DRAWN:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.unbalanced.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] not in {"script", "style"}:
            self.text += data
