"""What GitHub makes of a comment, by GitHub's own parser, and what it would find in it afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

ALLOWED = {
    "p": set(), "strong": set(), "code": set(), "sub": set(), "br": set(), "span": set(),
    "details": set(), "summary": set(), "ul": set(), "li": set(), "pre": {"lang"},
    "table": set(), "thead": set(), "tbody": set(), "tr": set(), "th": {"align"}, "td": {"align"},
}  # fmt: skip
_VOID = {"br"}
_FOUND_LATER = (
    re.compile(r"(?<![\w`])@[A-Za-z0-9]"),
    re.compile(r"#\d"),
    re.compile(r"(?i)\bGH-\d"),
    re.compile(r"(?i)https?://|ftp://|www\.\w"),
    re.compile(r":[a-z0-9_+-]+:"),
)
_SHOWN_LATER = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u0000-\u0008\u000b-\u001f\u007f-\u009f]")


def html_of(markdown: str) -> str:
    """The HTML, with every raw tag let through, so that what GitHub's own cleaner would hide is seen here."""
    return github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)


@dataclass
class Seen(HTMLParser):
    """Every tag, comment and text of a page."""

    problems: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    tables: list[list[int]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED or {name for name, _ in attrs} - ALLOWED[tag]:
            self.problems.append(f"<{tag} {attrs}>")
        if tag == "table":
            self.tables.append([])
        if tag == "tr" and self.tables:
            self.tables[-1].append(0)
        if tag in {"td", "th"} and self.tables:
            self.tables[-1][-1] += 1
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.problems.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.problems.append(f"<?{data}>")

    def handle_data(self, data: str) -> None:
        self.text += data
        if _SHOWN_LATER.search(data):
            self.problems.append(f"hidden letters in {data[:80]!r}")
        if not {"code", "pre"} & set(self.open):
            self.problems += [f"{each.pattern} in {data[:80]!r}" for each in _FOUND_LATER if each.search(data)]


def seen(markdown: str) -> Seen:
    """What a reader, and what GitHub's own filters for mentions and references, would find."""
    page = Seen()
    page.feed(html_of(markdown))
    page.close()
    page.problems += [f"<{tag}> is not closed" for tag in page.open]
    return page


def page_of(markdown: str) -> str:
    """The comment in a page that looks as GitHub's does, to look at."""
    head = f"<!doctype html><meta charset=utf-8><title>Comment</title><style>{_STYLE}</style>"
    return f"{head}<main>{html_of(markdown)}</main>"


_STYLE = """
body{background:#fff;color:#1f2328;margin:24px}
body{font:14px/1.5 -apple-system,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}
main{max-width:856px;margin:auto;border:1px solid #d1d9e0;border-radius:6px;padding:16px}
main>:first-child{margin-top:0}p,ul,table,pre,details{margin:0 0 16px}ul{padding-left:2em}
table{display:block;width:max-content;max-width:100%;overflow:auto;border-collapse:collapse}
th,td{padding:6px 13px;border:1px solid #d1d9e0}tr:nth-child(2n) td{background:#f6f8fa}
code{font:85% ui-monospace,"DejaVu Sans Mono",monospace;background:#818b981f;border-radius:6px;padding:.2em .4em}
pre{background:#f6f8fa;border-radius:6px;padding:16px;overflow:auto;line-height:1.45}pre code{background:none;padding:0}
sub{font-size:75%;vertical-align:sub;line-height:0}summary{cursor:pointer}
"""
