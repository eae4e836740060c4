"""What pricing one resource yields: parts with a price, and parts without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from policies.costs.book import PriceBook
from policies.guardrails.rule import Resource


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is billed, in US dollars a month."""

    description: str
    low: Decimal
    expected: Decimal
    high: Decimal
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Something that is billed, and why its price is not known."""

    reason: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a price depends on beside the resource itself. `region` is empty where nobody says."""

    book: PriceBook
    region: str


Pricer = Callable[[Resource, Surroundings], Iterator[Part | Unpriced]]


# Beyond this a number of machines, cores, mebibytes or gigabytes is a mistake, and not to be multiplied.
_PLAUSIBLE = 10**9


def decimal(number: float | None) -> Decimal | None:
    """The number as it was written: 0.1 is a tenth. None for one below 0 or beyond belief, which has no price."""
    return Decimal(str(number)) if number is not None and 0 <= number <= _PLAUSIBLE else None
