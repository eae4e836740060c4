"""Labels that every resource carries, so that a bill or an alarm finds its owner."""

from __future__ import annotations

from collections.abc import Mapping


def labelled(chosen: Mapping[str, str], *, stack: str, owner: str) -> dict[str, str]:
    """The stack's own labels, and three that nobody can leave out or overwrite."""
    return {**chosen, "managed-by": "gatehouse", "owner": owner, "stack": stack}
