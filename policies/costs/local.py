"""A process on this machine: the electricity of its cores and its memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from policies.costs.part import Part, Surroundings, Unpriced, decimal
from policies.guardrails.rule import Resource

_MIB_PER_GIB = Decimal(1024)
_WATTS_PER_KILOWATT = Decimal(1000)


def price_process(resource: Resource, around: Surroundings) -> Iterator[Part | Unpriced]:
    """Low: idle, fewest replicas. High: full load, most. Expected: half load, the number half way, rounded up."""
    cores, memory_mib = decimal(resource.number("cpu_cores")), decimal(resource.number("memory_mib"))
    least, most = decimal(resource.number("replicas_min")), decimal(resource.number("replicas_max"))
    if cores is None or memory_mib is None:
        yield Unpriced("it does not say how many cores and how much memory it takes")
        return
    if least is None or most is None:
        yield Unpriced("its number of replicas has no bounds")
        return
    core, gib, kilowatt_hour = (around.book.electricity[item] for item in ("cpu core", "memory GiB", "kilowatt-hour"))
    memory_gib = memory_mib / _MIB_PER_GIB
    hours_per_thousand = around.book.hours_per_month / _WATTS_PER_KILOWATT
    replicas = _replicas(least, most)
    low, expected, high = (
        count * (cores * core_watts + memory_gib * gib_watts) * hours_per_thousand * usd
        for count, core_watts, gib_watts, usd in zip(
            replicas, core.levels, gib.levels, kilowatt_hour.levels, strict=True
        )
    )
    yield Part(
        f"electricity of {_span(replicas)} x ({cores.normalize():f} core(s), {memory_gib.normalize():f} GiB)",
        low,
        expected,
        high,
        source=f"{kilowatt_hour.source}; {core.source}",
        as_of=kilowatt_hour.as_of,
    )


def _replicas(least: Decimal, most: Decimal) -> tuple[int, int, int]:
    return math.floor(least), math.ceil((least + most) / 2), math.ceil(most)


def _span(replicas: tuple[int, int, int]) -> str:
    return str(replicas[0]) if replicas[0] == replicas[2] else f"{replicas[0]} to {replicas[2]}"
