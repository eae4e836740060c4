"""What can go wrong, sorted by who can mend it."""

from __future__ import annotations

from typing import ClassVar


class GatehouseError(Exception):
    """The root. `problem` says what is wrong and where, `remedy` what to do next."""

    exit_code: ClassVar[int] = 4

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem}\n{remedy}" if remedy else problem)
        self.problem = problem
        self.remedy = remedy


class BlockedError(GatehouseError):
    """The gates did not pass this; exit code 1."""

    exit_code = 1


class UsageError(GatehouseError):
    """The command or the files are wrong; exit code 2."""

    exit_code = 2


class OutsideError(GatehouseError):
    """Something outside failed: no model, no network, no engine; exit code 4."""

    exit_code = 4
