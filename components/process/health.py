"""Whether a server is well, asked over HTTP."""

from __future__ import annotations

import http.client


def is_healthy(host: str, port: int, path: str, *, timeout_seconds: float = 2) -> bool:
    """Whether it answers 200 in time. Anything else is no: refused, slow, still loading, not HTTP."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout_seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
