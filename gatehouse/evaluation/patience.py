"""When to give a model's server up: pure decisions over what was seen of it."""

from __future__ import annotations

from dataclasses import dataclass, field

DEAD_SECONDS = 12.0
LIMITED_SECONDS = 90.0
_REFUSED_CONNECTIONS = 3
_REFUSED_SECONDS = 2.0
_FATAL = {
    401: "Give the key of this address with --api-key-env.",
    402: "The account of this address has no credit.",
    403: "The key of this address does not allow this model.",
    404: "Give the address up to /v1, and a server that has this model.",
    405: "Give the address up to /v1, of an OpenAI-compatible server.",
}
_AGAIN = {408, 409, 425, 429}


def is_fatal(status: int) -> str | None:
    """What to do about a status after which no other case needs to be tried; none for the others."""
    if 300 <= status < 400:
        return "The address redirects; give the one that it leads to."
    return _FATAL.get(status)


def is_worth_another_try(status: int) -> bool:
    """Too many requests, or the server's own trouble."""
    return status in _AGAIN or status >= 500


@dataclass
class Patience:
    """How long a server may go without an answer before all of its cases are given up.

    `silence_seconds` without any answer is the end, at first as well as later. A server that says "too many requests"
    is alive and gets `limited_seconds`. Where nobody even listens, the third refused connection is enough.
    """

    started: float
    silence_seconds: float = DEAD_SECONDS
    limited_seconds: float = LIMITED_SECONDS
    answers: int = 0
    refused: int = 0
    last_answer: float = field(init=False)
    limited: bool = False
    trouble: str = "it does not answer"

    def __post_init__(self) -> None:
        self.last_answer = self.started

    def answered(self, now: float) -> None:
        """A request was answered, or refused for what it asks."""
        self.answers += 1
        self.refused = 0
        self.last_answer = now
        self.limited = False
        self.trouble = "it does not answer any more"

    def troubled(self, trouble: str, *, limited: bool = False, refused: bool = False) -> None:
        """A request failed in a way that another try might mend."""
        self.trouble = trouble
        self.limited = self.limited or limited
        self.refused = self.refused + 1 if refused else 0

    def is_over(self, now: float) -> bool:
        """Is it time to give up?"""
        silent = now - self.last_answer
        if self.refused >= _REFUSED_CONNECTIONS and silent >= (DEAD_SECONDS if self.answers else _REFUSED_SECONDS):
            return True
        return silent >= (self.limited_seconds if self.limited else self.silence_seconds)


def pause_seconds(attempt: int, retry_after: str | None, jitter: float) -> float:
    """How long to wait before try number `attempt` + 1: what the server asks for, or twice as long each time.

    `jitter` is from 0 to 1 and spreads what would otherwise come back all at once.
    """
    doubled = min(0.25 * float(1 << min(attempt, 5)), 8.0) * (0.5 + jitter / 2)
    asked = int(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else 0
    return max(doubled, min(float(asked), 30.0))
