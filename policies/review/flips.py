"""Base and head of one case, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from policies.verdict import CaseResult, Evaluation


class Fate(StrEnum):
    """What became of a case, in the order in which a reviewer wants to read."""

    broken = "broken"
    fixed = "fixed"
    new_failing = "new, fails"
    failing = "still fails"
    passing = "still passes"
    new_passing = "new, passes"


@dataclass(frozen=True)
class Pair:
    """One case on both sides; without a base when there is nothing to compare with."""

    head: CaseResult
    base: CaseResult | None

    @property
    def fate(self) -> Fate:
        """What became of it."""
        if self.base is None:
            return Fate.new_passing if self.head.passed else Fate.new_failing
        if self.base.passed != self.head.passed:
            return Fate.fixed if self.head.passed else Fate.broken
        return Fate.passing if self.head.passed else Fate.failing


def pairs(evaluation: Evaluation) -> tuple[Pair, ...]:
    """Every case of head with base's result of the same case: what broke first, then what was fixed, then the rest."""
    before = {case.case: case for case in evaluation.base.cases} if evaluation.base else {}
    found = [Pair(case, before.get(case.case)) for case in evaluation.head.cases]
    order = list(Fate)
    return tuple(sorted(found, key=lambda pair: order.index(pair.fate)))


def of_fate(found: Iterable[Pair], *fates: Fate) -> tuple[Pair, ...]:
    """Only the pairs with one of these fates."""
    return tuple(pair for pair in found if pair.fate in fates)


def selection(found: tuple[Pair, ...], most: int) -> tuple[Pair, ...]:
    """All of them, or at most so many: each fate in turn gets half of the room, then the first take what is left."""
    groups = [of_fate(found, fate) for fate in Fate]
    room, shares = most, []
    for group in groups:
        shares.append(min(len(group), (room + 1) // 2))
        room -= shares[-1]
    for place, group in enumerate(groups):
        more = min(len(group) - shares[place], room)
        shares[place] += more
        room -= more
    return tuple(pair for group, share in zip(groups, shares, strict=True) for pair in group[:share])
