"""What is wrong with a file, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in one place. `path` is relative to the repository, `line` and `column` count from 1."""

    path: str
    line: int | None
    column: int | None
    message: str
    allowed: tuple[str, ...] = ()
    did_you_mean: str | None = None
    fix: str | None = None

    @property
    def where(self) -> str:
        """`path:line:column`, as editors and terminals link it."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}"
        if self.did_you_mean:
            text += f" Did you mean '{self.did_you_mean}'?"
        if self.allowed:
            text += f" Allowed: {', '.join(self.allowed)}."
        if self.fix:
            text += f" {self.fix}"
        return text


class CatalogError(ValueError):
    """The files of a repository cannot be used. Carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.path, p.line or 0, p.column or 0, p.message)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
