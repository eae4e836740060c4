"""How much time hostile input may take: a pattern or a schema from a pull request is never trusted to end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

STEP_SECONDS = 0.25
SUITE_SECONDS = 15.0


class TimeSpentError(Exception):
    """A pattern or a schema took longer than it may."""


@dataclass
class Allowance:
    """The time that the patterns and schemas of one suite may take, each and all together.

    What ran out of time once is not tried again, so that a thousand cases with one bad pattern cost one step.
    """

    step_seconds: float = STEP_SECONDS
    seconds_left: float = SUITE_SECONDS
    clock: Callable[[], float] = time.perf_counter
    _stopped: set[str] = field(default_factory=set)

    @contextmanager
    def step(self, what: str) -> Iterator[float]:
        """Run one step named `what` within the seconds that are given. Raises TimeSpentError when none are left."""
        if what in self._stopped:
            raise TimeSpentError(f"was stopped before, after {self.step_seconds:g} s")
        if self.seconds_left <= 0:
            raise TimeSpentError("was not tried: the time for all patterns and schemas of this suite is spent")
        started = self.clock()
        try:
            yield min(self.step_seconds, self.seconds_left)
        except TimeSpentError:
            self._stopped.add(what)
            raise
        finally:
            self.seconds_left -= self.clock() - started
