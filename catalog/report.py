"""Collects what is wrong with one file, so that a person reads all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from catalog.problem import Problem

# More than anybody reads; a hostile file cannot make the list longer.
MAX_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; both count from 1."""

    line: int
    column: int


def nearest(given: str, allowed: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The allowed word that was most likely meant, if one is near; 1 takes only the same word."""
    by_folded = {word.casefold(): word for word in allowed}
    near = get_close_matches(given.casefold()[:100], by_folded, n=1, cutoff=cutoff)
    return by_folded[near[0]] if near else None


def shown(value: object, limit: int = 60) -> str:
    """A value as an error quotes it: one line, short, nothing that a terminal would obey."""
    text = value if isinstance(value, str) else repr(value)
    clean = "".join(char if char.isprintable() else "�" for char in text[: limit + 1])
    return f"{clean[:limit]}…" if len(text) > limit else clean


@dataclass(slots=True)
class Report:
    """The problems of one file. `path` is relative to the repository."""

    path: str
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        mark: Mark | None,
        message: str,
        *,
        allowed: Sequence[str] = (),
        given: str | None = None,
        fix: str | None = None,
    ) -> None:
        """Add one problem. `given` is compared with `allowed` for a 'did you mean'."""
        if len(self.problems) >= MAX_PROBLEMS:
            return
        near = nearest(given, allowed) if given is not None else None
        line, column = (mark.line, mark.column) if mark else (None, None)
        problem = Problem(self.path, line, column, message, tuple(allowed), near, fix)
        if problem not in self.problems:
            self.problems.append(problem)

    def __bool__(self) -> bool:
        return bool(self.problems)
