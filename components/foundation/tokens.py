"""Type tokens of the components. They are a public contract: a changed token replaces what runs."""

from __future__ import annotations

PROJECT = "gatehouse"


def token(entity: str, component: type) -> str:
    """`gatehouse:ENTITY:CLASS`, for example `gatehouse:endpoint:LocalEndpoint`."""
    return f"{PROJECT}:{entity}:{component.__name__}"
