"""One line of the prediction log."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, fields

LONGEST_TEXT = 65_536


@dataclass(frozen=True, slots=True)
class Version:
    """Which text of which prompt asked, and what chose it: `request`, `user` or `chance`."""

    prompt: str
    variant: str
    digest: str
    assigned_by: str


@dataclass(slots=True)
class Prediction:
    """What is known of one answer. `outcome` is `ok` or the code of an error; an unknown number is None, never 0."""

    id: str
    time: float
    operation: str
    prompt: str | None = None
    variant: str | None = None
    assigned_by: str | None = None
    prompt_digest: str | None = None
    model: str = ""
    model_digest: str = ""
    input_hash: str = ""
    output_hash: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    latency_ms: float = 0.0
    time_to_first_token_ms: float | None = None
    outcome: str = "ok"
    usd: float | None = None
    user_hash: str | None = None
    input_text: str | None = None
    output_text: str | None = None

    def row(self) -> tuple[object, ...]:
        """The values in the order of COLUMNS."""
        return tuple(getattr(self, name) for name in COLUMNS)


COLUMNS = tuple(field.name for field in fields(Prediction))


def new_id() -> str:
    """A prediction's name: 128 random bits, since whoever knows it may give feedback and redact."""
    return secrets.token_hex(16)


def hash_of(content: bytes) -> str:
    """sha256 of an input or an output."""
    return hashlib.sha256(content).hexdigest()


def hash_of_user(user: str | None, salt: bytes) -> str | None:
    """A user key as it may be kept: hashed with this log's salt."""
    if not user:
        return None
    return hashlib.blake2b(user.encode("utf-8", "surrogatepass"), key=salt, digest_size=16).hexdigest()
