"""Reads the JSON of `pulumi preview --json --show-sames`. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.resource_types import PROVIDER_PREFIX, STACK

# What is gone, or is about to be, after the update.
_GONE = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource that the stack would have after the update."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    custom: bool
    provider: str | None


def steps(preview: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The engine's steps. A preview without any has nothing to do; anything else is a ValueError."""
    found = preview.get("steps") or []
    if not isinstance(found, list) or not all(isinstance(step, Mapping) and "urn" in step for step in found):
        raise ValueError("this is not the output of `pulumi preview --json`: `steps` is not a list of steps")
    return iter(found)


def wanted(preview: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """Every resource once, as it will be; neither the stack itself nor the providers."""
    found: dict[str, Wanted] = {}
    for step in steps(preview):
        state = step.get("newState")
        if step.get("op") in _GONE or not isinstance(state, Mapping):
            continue
        token = str(state.get("type", ""))
        if token == STACK or token.startswith(PROVIDER_PREFIX):
            continue
        urn = str(step["urn"])
        found[urn] = Wanted(
            urn, token, name_of(urn), state.get("inputs") or {}, bool(state.get("custom")), state.get("provider")
        )
    return tuple(found.values())


def hidden(preview: Mapping[str, Any]) -> int:
    """How many unchanged resources the preview counts and does not show. None with `--show-sames`."""
    counted: Any = (preview.get("changeSummary") or {}).get("same")
    shown = sum(step.get("op") == "same" for step in steps(preview))
    return max(0, counted - shown) if isinstance(counted, int) else 0


def provider_inputs(preview: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The settings of the explicit providers, by URN."""
    found = {}
    for step in steps(preview):
        state = step.get("newState") or step.get("oldState") or {}
        if str(state.get("type", "")).startswith(PROVIDER_PREFIX):
            found[str(step["urn"])] = state.get("inputs") or {}
    return found


def name_of(urn: str) -> str:
    """The last part of a URN: the name that the program gave the resource."""
    return urn.rsplit("::", 1)[-1]
