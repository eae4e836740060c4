"""Who may ask what: operators' addresses answer only on the gateway's own host.

`/`, `/-/stats`, `/-/served`, `/-/reload` and the page's data name prompts, shares and costs, and can change what is
served; they are answered to loopback clients only. From elsewhere, come through `ssh -L` or `kubectl port-forward`,
which arrive as loopback. A proxy on this host makes everybody look local, so a request that says it was forwarded is
not local. A browser is told apart by its Host and Origin: a page of another site, or a name that was made to point to
127.0.0.1, is not the operator. `/-/health` (says only `ok`) and `/metrics` (numbers by served name, for a scraper that
runs elsewhere) are answered to all, as are the routes under `/v1/`.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gateway.call import header_of
from gateway.refusal import Refusal

if TYPE_CHECKING:
    from starlette.types import Scope

_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-real-ip")
_OPEN = frozenset({"/-/health", "/metrics"})


def refuse_strangers(scope: Scope) -> None:
    """Raise Refusal 403 for a request that its sender may not make here."""
    path: str = scope["path"]
    if scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
        _refuse_other_sites(scope)
    if path in _OPEN or path.startswith("/v1/"):
        return
    if not _is_local(scope):
        raise Refusal(403, "loopback_only", "This address answers only on the gateway's own host.")


def _is_local(scope: Scope) -> bool:
    client = scope.get("client")
    if client is None or any(header_of(scope, name) is not None for name in _FORWARDED):
        return False
    return _is_loopback(client[0]) and _is_loopback(_host_name(header_of(scope, b"host") or "127.0.0.1"))


def _refuse_other_sites(scope: Scope) -> None:
    origin = header_of(scope, b"origin")
    if origin is not None and urlsplit(origin).netloc != (header_of(scope, b"host") or ""):
        raise Refusal(403, "other_site", "Pages of other sites may not send requests here.")


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
