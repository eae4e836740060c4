"""Where models answer, when a person says so: `MODEL=URL` on the command line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import urlsplit

from catalog.spec import NAME_RE
from gatehouse.errors import UsageError

_EXAMPLE = "Write --url MODEL=URL, for example --url gemma-3-270m=http://127.0.0.1:8080."


def parse_addresses(urls: Iterable[str]) -> dict[str, str]:
    """Model and address of each `MODEL=URL`; an address ends before `/v1`. Raises UsageError."""
    found: dict[str, str] = {}
    for text in urls:
        model, equals, url = text.partition("=")
        if not equals or not NAME_RE.match(model):
            raise UsageError(f"'{text[:200]}' is no address of a model.", _EXAMPLE)
        if model in found:
            raise UsageError(f"The model '{model}' has two addresses.", "Give one.")
        found[model] = _checked(url)
    return found


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"'{url[:200]}' is no address: {error}.", _EXAMPLE) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise UsageError(f"'{url[:200]}' is no http or https address.", _EXAMPLE)
    if parts.username or parts.password:
        raise UsageError("An address must not hold a user or password.", "Name a variable with --api-key-env.")
    if parts.query or parts.fragment:
        raise UsageError(f"'{url[:200]}' has a query or fragment.", "Give the address up to /v1.")
    return url.rstrip("/").removesuffix("/v1").rstrip("/")


def check_names(addresses: Mapping[str, str], models: Iterable[str]) -> None:
    """Every address is for a model that there is. Raises UsageError."""
    known = sorted(models)
    for name in addresses:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"Models: {', '.join(known) or 'none'}."
            raise UsageError(f"There is no model '{name}' for the address {addresses[name]}.", hint)


def api_key(variable: str | None, addresses: Mapping[str, str]) -> str | None:
    """The key in an environment variable, which is sent to the given addresses only, and never in clear text.

    Raises UsageError if the variable is empty, or an address would carry the key unencrypted over a network.
    """
    if variable is None:
        return None
    key = os.environ.get(variable, "")
    if not key:
        raise UsageError(f"The environment variable '{variable[:100]}' is not set.", "Set it, or drop --api-key-env.")
    if not key.isascii() or not key.isprintable():
        raise UsageError(f"The environment variable '{variable[:100]}' does not hold a key: it has odd characters.")
    if not addresses:
        raise UsageError("--api-key-env needs an address to send the key to.", _EXAMPLE)
    for model, url in addresses.items():
        if urlsplit(url).scheme == "http" and not _is_loopback(urlsplit(url).hostname or ""):
            raise UsageError(f"The key would go unencrypted to {url} ({model}).", "Use its https address.")
    return key


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
