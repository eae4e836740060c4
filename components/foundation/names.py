"""Names of child resources. They are a public contract: a changed name replaces what runs."""

from __future__ import annotations


def child(parent: str, role: str) -> str:
    """The name of a component's child: `NAME-ROLE`."""
    return f"{parent}-{role}"
