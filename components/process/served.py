"""What a gateway serves: writes its configuration, has it read, and asks what is served now."""

from __future__ import annotations

import hashlib
import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalog.atomic import PRIVATE, write

TIMEOUT_SECONDS = 15


class ServeError(RuntimeError):
    """The gateway does not serve what it was given. The message carries its reason."""


def text_of(config: Any) -> str:
    """The file's text: sorted, and with whole numbers whole, which the engine makes floats."""
    return json.dumps(_whole(config), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def digest_of(text: str) -> str:
    """sha256 of the file's bytes, as the gateway reports it."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def serve(path: Path, gateway_url: str, config: Any) -> str:
    """Write the file, have the gateway read it, and see that it serves it; the digest.

    Raises:
        ServeError: the file that was there before is put back, and the gateway goes on with it.
    """
    text = text_of(config)
    before = path.read_text() if path.exists() else None
    write(path, text, mode=PRIVATE)
    try:
        _reload(gateway_url)
        if (now := served_digest(gateway_url)) != digest_of(text):
            raise ServeError(f"the gateway at {gateway_url} took the configuration but serves {now}")
    except ServeError:
        _restore(path, before, gateway_url)
        raise
    return digest_of(text)


def served_digest(gateway_url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> str | None:
    """The digest of what the gateway serves now; none if it does not say."""
    try:
        status, body = _ask("GET", gateway_url, "/-/served", timeout_seconds)
        return str(json.loads(body)["digest"]) if status == 200 else None
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None


def _reload(gateway_url: str) -> None:
    try:
        status, body = _ask("POST", gateway_url, "/-/reload", TIMEOUT_SECONDS)
    except (OSError, http.client.HTTPException) as error:
        raise ServeError(f"the gateway at {gateway_url} does not answer: {error}") from error
    if status >= 300:
        reason = "".join(c for c in body[:2_000].decode(errors="replace") if c.isprintable() or c == "\n")
        raise ServeError(f"the gateway refuses the configuration ({status}), and goes on with what it had: {reason}")


def _restore(path: Path, before: str | None, gateway_url: str) -> None:
    if before is None:
        path.unlink(missing_ok=True)
        return
    write(path, before, mode=PRIVATE)
    if served_digest(gateway_url) != digest_of(before):
        _reload(gateway_url)


def _ask(method: str, base: str, path: str, timeout_seconds: float) -> tuple[int, bytes]:
    where = urlsplit(base)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=timeout_seconds)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
