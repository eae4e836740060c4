"""Busy time is shared among those who use it: nothing is charged twice, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.spending import BusyClock


def test_two_at_once_share_the_time_that_they_share() -> None:
    clock = BusyClock()
    first = clock.enter(0.0)
    second = clock.enter(6.0)
    assert clock.leave(10.0, first) == 8.0
    assert clock.leave(12.0, second) == 4.0
    assert clock.leave(20.0, clock.enter(15.0)) == 5.0


@given(spans=st.lists(st.tuples(st.integers(0, 100), st.integers(1, 50)), min_size=1, max_size=12))
def test_all_charges_together_are_the_busy_time(spans: list[tuple[int, int]]) -> None:
    clock, entered, charged = BusyClock(), {}, 0.0
    events = sorted(
        [(start, 1, number) for number, (start, _) in enumerate(spans)]
        + [(start + length, 0, number) for number, (start, length) in enumerate(spans)]
    )
    for at, starts, number in events:
        if starts:
            entered[number] = clock.enter(float(at))
        else:
            charged += clock.leave(float(at), entered[number])
    busy = {second for start, length in spans for second in range(start, start + length)}
    assert charged == pytest.approx(len(busy))
