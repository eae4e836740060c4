"""What a request costs: by the token at a hosted model, by the machine's busy time at our own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class BusyClock:
    """Shares the machine's busy time among the requests that run at the same time.

    While n requests run, each is charged 1/n of every second. What all of them are charged adds up to the time in
    which at least one ran; idle time is charged to nobody. Times are monotonic seconds.
    """

    _running: int = 0
    _charged_each: float = 0.0
    _last: float = 0.0

    def enter(self, now: float) -> float:
        """A request starts; give what this returns to `leave`."""
        self._advance(now)
        self._running += 1
        return self._charged_each

    def leave(self, now: float, entered: float) -> float:
        """A request ends: the seconds that it is charged."""
        self._advance(now)
        self._running -= 1
        return self._charged_each - entered

    def _advance(self, now: float) -> None:
        if self._running and now > self._last:
            self._charged_each += (now - self._last) / self._running
        self._last = max(now, self._last)
