"""One line of the bench: ours beside a peer's, measured in the same run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`ours` and `peer` in `unit`; None was not measured, and `note` says why. `bar` is what ours has to reach:
    at most that, or at least that where `more_is_better`."""

    name: str
    unit: str
    ours: float | None
    peer: float | None
    peer_name: str
    bar: float | None
    more_is_better: bool = False
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether ours reaches the bar. What was not measured holds nothing."""
        if self.bar is None:
            return True
        if self.ours is None:
            return False
        return self.ours >= self.bar if self.more_is_better else self.ours <= self.bar
