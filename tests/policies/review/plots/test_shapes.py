from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policies.review.plots.shapes import LEFT, RIGHT, Scale


def test_a_scale_puts_its_ends_at_the_ends() -> None:
    scale = Scale(0, 200)
    assert (scale.at(0), scale.at(100), scale.at(200)) == (10.0, 180.0, 350.0)


def test_ticks_are_round_and_within() -> None:
    assert Scale(0, 91).ticks() == (0, 50)
    assert Scale(-0.24, 0.24).ticks() == (-0.2, 0.0, 0.2)


@given(st.floats(), st.floats(-1e15, 1e15), st.floats(-1e15, 1e15))
def test_whatever_comes_in_is_drawn_within_the_drawing(value: float, low: float, high: float) -> None:
    scale = Scale(min(low, high), max(low, high))
    assert LEFT <= scale.at(value) <= RIGHT
    assert len(scale.ticks()) <= 12
