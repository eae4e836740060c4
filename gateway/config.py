"""The file that says what a gateway serves, as the stack writes it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson
from pydantic import Field, ValidationError, model_validator

from catalog.model import Interface, Task, TokenPrice
from catalog.spec import Digest, Name, Spec

_LARGEST_FILE_BYTES = 32 * 1024 * 1024


class ConfigError(ValueError):
    """The file cannot be served. The message says where it is wrong and what is allowed."""


class EndpointConfig(Spec):
    """A model that answers."""

    url: str = Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$", description="Without the /v1 of its API.")
    task: Task
    interface: Interface
    digest: Digest | None = None
    license: str | None = None
    price: TokenPrice | None = None


class VariantConfig(Spec):
    """One text of a prompt."""

    digest: Digest
    source: str = Field(description="The whole .prompt file.")


class PromptConfig(Spec):
    """A prompt and the shares of its variants."""

    live: Name
    shares: dict[Name, float] = Field(min_length=1, max_length=17)
    variants: dict[Name, VariantConfig] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _shares_are_of_variants_that_are_there(self) -> PromptConfig:
        if missing := sorted({self.live, *self.shares} - set(self.variants)):
            raise ValueError(f"no text for variant {', '.join(missing)}; there are {', '.join(sorted(self.variants))}")
        if any(not 0 <= share <= 1 for share in self.shares.values()) or abs(sum(self.shares.values()) - 1) > 1e-6:
            raise ValueError(f"shares lie between 0 and 1 and add up to 1; these are {self.shares}")
        return self


class Limits(Spec):
    """What a caller may ask for."""

    request_timeout_seconds: float = Field(default=60, gt=0, le=3_600)
    max_request_bytes: int = Field(default=1_048_576, ge=1_024, le=104_857_600)
    max_concurrent_requests: int = Field(default=64, ge=1, le=10_000)


class LogConfig(Spec):
    """The prediction log."""

    path: Path
    content: bool = Field(default=False, description="Keep inputs and answers, not only their hashes.")
    max_records: int = Field(default=100_000, ge=100, le=100_000_000)


class GatewayConfig(Spec):
    """The whole file."""

    stack: Name
    endpoints: dict[Name, EndpointConfig] = Field(max_length=150)
    prompts: dict[Name, PromptConfig] = Field(default_factory=dict, max_length=1_000)
    limits: Limits = Limits()
    log: LogConfig
    machine_usd_per_hour: float | None = Field(default=None, ge=0, le=100_000)


def read_config(path: Path) -> tuple[GatewayConfig, str]:
    """The file's content and the digest of its bytes. Raises ConfigError for any mistake in it."""
    try:
        with path.open("rb") as opened:
            content = opened.read(_LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from None
    if len(content) > _LARGEST_FILE_BYTES:
        raise ConfigError(f"{path}: is larger than {_LARGEST_FILE_BYTES} bytes.")
    return parse_config(content, str(path)), f"sha256:{hashlib.sha256(content).hexdigest()}"


def parse_config(content: bytes, name: str) -> GatewayConfig:
    """The content of a file; `name` is for messages. Raises ConfigError with every mistake, a line each."""
    try:
        return GatewayConfig.model_validate(orjson.loads(content))
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"{name}:{error.lineno}:{error.colno}: is not JSON: {error.msg}.") from None
    except ValidationError as error:
        raise ConfigError("\n".join(_mistake(name, part) for part in error.errors()[:20])) from None


def _mistake(name: str, part: Any) -> str:
    place = ".".join(str(key) for key in part["loc"]) or "the file"
    return f"{name}: {place}: {part['msg']}."
