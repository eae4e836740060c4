"""The body of a `.prompt` file: Handlebars, as much of it as a prompt needs, checked tag by tag.

Google's `dotpromptz_handlebars` renders. This module reads the tags first, because that library gives
no line numbers, and because roles are taken from the template alone: a marker in the rendered text, as
the full dotprompt library has it, could be written by whoever supplies an input.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from catalog.report import Mark, Report, shown

MAX_TEMPLATE_CHARACTERS = 200_000
MAX_BLOCK_DEPTH = 8
# dotprompt's names, and what OpenAI-compatible servers call them.
ROLES = {"system": "system", "user": "user", "model": "assistant"}
BLOCKS = ("if", "unless", "each", "with", "ifEquals", "unlessEquals")
HELPERS = ("role", "json")
_NEW_SCOPE = ("each", "with")
_NOT_SUPPORTED = {
    "history": "Conversations are not kept; pass what is needed as an input.",
    "media": "Only text is sent to models.",
    "section": "Write the text where it belongs.",
    "log": "Remove it.",
    "lookup": "Name the field, as in {{user.name}}.",
}
_BODY = re.compile(r"~?\{?([^{}]*)\}?~?\}\}")
_COMMENT_END = re.compile(r"--~?\}\}")
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|\([^()]*\)|\[[^\]]*\]|[^\s\"'()\[\]]+(?:\[[^\]]*\][^\s\"'()\[\]]*)*")
_ESCAPE = "Write \\{{ for the text '{{'."
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LITERALS = frozenset({"true", "false", "this", "."})


@dataclass(frozen=True, slots=True)
class Use:
    """A variable of the template, by the name of its input.

    `printed` ones have to be there; `whole` ones stand alone, not as the start of a path.
    """

    name: str
    mark: Mark
    printed: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of a template that makes one message; `role` is OpenAI's."""

    role: str
    template: str


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read: its messages and the inputs that it uses."""

    segments: tuple[Segment, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class _Tag:
    body: str
    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class _Open:
    name: str
    mark: Mark
    params: frozenset[str]


def read_template(text: str, report: Report, *, first_line: int) -> Template:
    """Read the body of a prompt. Mistakes go to the report."""
    reader = _Reader(text, report, first_line)
    if len(text) > MAX_TEMPLATE_CHARACTERS:
        report.add(Mark(first_line, 1), f"The prompt is longer than {MAX_TEMPLATE_CHARACTERS:,} characters.")
        return Template((), ())
    reader.read()
    return Template(tuple(reader.segments()), tuple(reader.uses))


def _role_tag(role: str) -> str:
    return f'{{{{role "{role}"}}}}'


class _Reader:
    def __init__(self, text: str, report: Report, first_line: int) -> None:
        self.text = text
        self.report = report
        self.first_line = first_line
        self.uses: list[Use] = []
        self.roles: list[tuple[str, int, int]] = []
        self.open: list[_Open] = []

    def read(self) -> None:
        for tag in self.tags():
            if len(self.open) > MAX_BLOCK_DEPTH:
                self.refuse(self.open[-1].mark, f"Blocks are nested more than {MAX_BLOCK_DEPTH} deep.")
                return
            self.tag(tag)
        for block in self.open:
            self.report.add(block.mark, f"{{{{#{block.name}}}}} is never closed.", fix=f"Add {{{{/{block.name}}}}}.")

    def segments(self) -> Iterator[Segment]:
        """The text between role tags, without the white space around it."""
        role, start = "user", 0
        for next_role, end, after in [*self.roles, ("", len(self.text), 0)]:
            part = self.text[start:end].strip()
            if part:
                yield Segment(role, part)
            role, start = next_role, after

    def tags(self) -> Iterator[_Tag]:
        """Every tag but comments and escaped ones, in one pass over the text."""
        text, line, counted, end = self.text, self.first_line, 0, 0
        while (start := text.find("{{", end)) >= 0:
            line += text.count("\n", counted, start)
            counted = start
            mark = Mark(line, start - text.rfind("\n", 0, start))
            tag = self.next_tag(start, max(end, start - 2), mark)
            if tag.body:
                yield tag
            end = tag.end

    def next_tag(self, start: int, before: int, mark: Mark) -> _Tag:
        """The tag at `start`; its body is empty if there is nothing to check."""
        text = self.text
        if text[before:start].endswith("\\") and not text[before:start].endswith("\\\\"):
            return _Tag("", start, start + 2, mark)
        if text.startswith(("!--", "~!--"), start + 2):
            closed = _COMMENT_END.search(text, start + 5)
            if closed is None:
                self.refuse(mark, "The comment is never closed.", "End it with --}}.")
            return _Tag("", start, closed.end() if closed else len(text), mark)
        found = _BODY.match(text, start + 2)
        if found is None:
            self.refuse(mark, "The tag '{{' is not closed, or holds braces.", _ESCAPE)
            return _Tag("", start, start + 2, mark)
        body = found[1].strip().strip("~").strip()
        if not body:
            self.refuse(mark, "The tag is empty.", _ESCAPE)
        return _Tag(body, start, found.end(), mark)

    def refuse(self, mark: Mark, message: str, fix: str | None = None) -> None:
        self.report.add(mark, message, fix=fix)

    def tag(self, tag: _Tag) -> None:
        body = tag.body
        if body[0] == "!":
            return
        if body[0] in ">*" or body.startswith(("#>", "#*")):
            self.refuse(tag.mark, "Partials and decorators are not supported.", "Write the text out.")
        elif body[0] == "/":
            self.close(tag, body[1:].strip())
        elif body == "else" or body.startswith("else "):
            self.otherwise(tag, body)
        elif body[0] in "#^":
            self.block(tag, body)
        else:
            self.expression(tag, body.removeprefix("&").strip())

    def close(self, tag: _Tag, name: str) -> None:
        if self.open and self.open[-1].name == name:
            self.open.pop()
            return
        expected = f"{{{{/{self.open[-1].name}}}}} is expected" if self.open else "no block is open"
        self.refuse(tag.mark, f"{{{{/{shown(name)}}}}} does not close anything; {expected} here.")

    def otherwise(self, tag: _Tag, body: str) -> None:
        if not self.open:
            self.refuse(tag.mark, "{{else}} stands outside of a block.")
        words = _WORD.findall(body)[1:]
        if words and words[0] not in {"if", "unless"}:
            self.refuse(tag.mark, f"'else {shown(words[0])}' is not supported.", "Allowed: else, else if, else unless.")
        self.arguments(tag, words[1:])

    def block(self, tag: _Tag, body: str) -> None:
        head, _, params = body[1:].partition(" as |")
        words = _WORD.findall(head)
        name = words[0] if words else ""
        if body[0] == "^" or name not in BLOCKS:
            self.report.add(tag.mark, f"'{shown(body)}' is no block.", allowed=BLOCKS, given=name)
        self.arguments(tag, words[1:])
        self.open.append(_Open(name, tag.mark, frozenset(params.rstrip("| ").split())))

    def expression(self, tag: _Tag, body: str) -> None:
        words = _WORD.findall(body)
        name = words[0] if words else ""
        if name in _NOT_SUPPORTED:
            self.refuse(tag.mark, f"{{{{{name}}}}} is not supported.", _NOT_SUPPORTED[name])
        elif name == "role":
            self.role(tag, words[1:])
        elif name in HELPERS:
            self.arguments(tag, words[1:])
        elif len(words) > 1:
            self.report.add(tag.mark, f"'{shown(name)}' is no helper.", allowed=HELPERS, given=name)
        else:
            self.variable(tag, name, printed=True)

    def role(self, tag: _Tag, arguments: list[str]) -> None:
        name = arguments[0].strip("\"'") if len(arguments) == 1 and arguments[0][0] in "\"'" else None
        if name not in ROLES:
            given = "assistant" if name is None else name
            near = {"assistant": "model", "developer": "system", "human": "user"}.get(given, given)
            self.report.add(
                tag.mark,
                f"'{shown(tag.body)}' is no role.",
                allowed=[_role_tag(role) for role in ROLES],
                given=_role_tag(near),
            )
        elif self.open:
            self.refuse(tag.mark, "A role stands inside of a block.", "Put it outside of the block.")
        else:
            self.roles.append((ROLES[name], tag.start, tag.end))

    def arguments(self, tag: _Tag, words: list[str]) -> None:
        for word in words:
            _, equals, value = word.partition("=")
            self.variable(tag, value if equals else word, printed=False)

    def variable(self, tag: _Tag, word: str, *, printed: bool) -> None:
        if not word or word[0] in "\"'-0123456789":
            return
        if word[0] in "([":
            self.refuse(tag.mark, f"'{shown(word)}' is not supported in a tag.", "Name the input, as in {{ticket}}.")
            return
        name = self.root_name(word)
        if name is None:
            return
        if not _NAME.fullmatch(name):
            self.refuse(tag.mark, f"'{shown(name)}' cannot be a variable.", "Letters, digits, _ and -; a letter first.")
            return
        self.uses.append(Use(name, tag.mark, printed and not self.open, whole=printed and word == name))

    def root_name(self, word: str) -> str | None:
        """The input that a path starts from; none if it starts from an element of a list or from @data."""
        scopes = [block for block in self.open if block.name in _NEW_SCOPE]
        if word.startswith("@root."):
            return re.split(r"[./]", word)[1]
        if word[0] == "@" or word in _LITERALS:
            return None
        while word.startswith("../") and scopes:
            scopes.pop()
            word = word[3:]
        first = re.split(r"[./\[]", word.removeprefix("./").removeprefix("this."))[0]
        known: Collection[str] = {param for block in self.open for param in block.params}
        return None if scopes or first in known or first in _LITERALS else first
