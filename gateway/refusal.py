"""What the gateway says when it cannot answer: OpenAI's shape of an error, and nothing of its inside."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import orjson

_LONGEST_MESSAGE = 2_000
_LONGEST_LIST = 20


class Refusal(Exception):  # noqa: N818 - it is an answer that the gateway gives, not an error in it
    """An answer that is an error. `code` is one of a fixed few, since it labels metrics and the prediction log."""

    def __init__(
        self, status: int, code: str, message: str, *, param: str | None = None, retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message[:_LONGEST_MESSAGE]
        self.param = param
        self.retry_after_seconds = retry_after_seconds

    @property
    def body(self) -> bytes:
        """The error as JSON, as OpenAI's clients read it."""
        error = {"message": self.message, "type": _kind(self.status), "param": self.param, "code": self.code}
        return orjson.dumps({"error": error})

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Headers beside the body; a connection whose request was not read to its end is closed."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self.body))]
        if self.retry_after_seconds is not None:
            headers.append((b"retry-after", b"%d" % self.retry_after_seconds))
        if self.status in {408, 413}:
            headers.append((b"connection", b"close"))
        return headers


def _kind(status: int) -> str:
    if status == 429:
        return "rate_limit_error"
    return "invalid_request_error" if status < 500 else "api_error"


def unknown(what: str, given: object, known: Iterable[str], *, param: str | None = None) -> Refusal:
    """404 for a name that is not served. Says which names are, and which one may have been meant."""
    names = sorted(known)
    shown = ", ".join(names[:_LONGEST_LIST]) + (", …" if len(names) > _LONGEST_LIST else "")
    near = get_close_matches(str(given)[:100], names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    served = f" Served here: {shown}." if names else f" No {what} is served here."
    return Refusal(404, f"{what}_not_found", f"There is no {what} {_quoted(given)}.{hint}{served}", param=param)


def bad_request(message: str, *, param: str | None = None, code: str = "invalid_request") -> Refusal:
    """400: the request is not what this address takes."""
    return Refusal(400, code, message, param=param)


def _quoted(given: object) -> str:
    text = str(given)
    return f"'{text[:100]}…'" if len(text) > 100 else f"'{text}'"
