"""What a rule is, and the resource that it looks at. Standard library only: the policy pack waits for nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

# What the engine writes for a value that an update has yet to produce, one text per kind of value.
UNKNOWN_VALUES = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
# What a preview shows for a value that Pulumi keeps encrypted.
SECRET_VALUE = "[secret]"  # noqa: S105 - the mark of a secret, not one


class NotKnownYet(Exception):  # noqa: N818 - it is no error: the engine asks again when the value is there
    """A rule needs a value that only the update produces. `path` names it, with dots."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as the program declares it. Read `inputs` through the methods, which know unknown values."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    stack: str

    @property
    def in_production(self) -> bool:
        """Whether the stack's name says so: `prod`, or a name that begins with it."""
        return self.stack.startswith("prod")

    def at(self, *path: str) -> Any:
        """The value at this path, or None. Raises NotKnownYet if it, or what leads to it, is not known."""
        value: Any = self.inputs
        for depth, key in enumerate(path, start=1):
            value = value.get(key) if isinstance(value, Mapping) else None
            if _is_unknown(value) or (isinstance(value, list) and any(map(_is_unknown, value))):
                raise NotKnownYet(".".join(path[:depth]))
            if value is None:
                return None
        return value

    def each(self, *path: str) -> Iterator[tuple[str, Any]]:
        """The entries of the mapping at this path: the known ones first, then NotKnownYet if one is not."""
        entries = self.at(*path)
        if not isinstance(entries, Mapping):
            return
        unknown = [key for key, value in entries.items() if _is_unknown(value)]
        yield from ((key, value) for key, value in entries.items() if key not in unknown)
        if unknown:
            raise NotKnownYet(".".join((*path, unknown[0])))

    def text(self, *path: str) -> str:
        """The text at this path, without the blanks around it; empty if there is none."""
        value = self.at(*path)
        return value.strip() if isinstance(value, str) else ""

    def words(self, *path: str) -> list[tuple[str, str]]:
        """The texts of the list at this path, each with the one that follows it, or with an empty one."""
        value = self.at(*path)
        texts = [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
        return list(pairwise([*texts, ""]))

    def number(self, *path: str) -> float | None:
        """The finite number at this path, or None."""
        value = self.at(*path)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return float(value)


Check = Callable[[Resource], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence that is true when the rule is kept, and the function that says where it is not."""

    id: str
    severity: Literal["block", "warn"]
    on: tuple[str, ...]
    why: str
    fix: str
    reference: str
    declared_in: Literal["stack", "model", "prompt"]
    check: Check


def rule(
    sentence: str,
    *,
    on: tuple[str, ...],
    why: str,
    fix: str,
    reference: str,
    severity: Literal["block", "warn"] = "block",
    declared_in: Literal["stack", "model", "prompt"] = "stack",
) -> Callable[[Check], Rule]:
    """Make a rule of a function that yields one message for each breach, and nothing when all is well.

    `on` are the resource types that it looks at, `reference` is an address, `declared_in` the file to mend.
    """

    def declare(check: Check) -> Rule:
        return Rule(sentence, severity, on, why, fix, reference, declared_in, check)

    return declare


def _is_unknown(value: object) -> bool:
    return isinstance(value, str) and value in UNKNOWN_VALUES
