"""Numbers as people read them."""

from __future__ import annotations

from policies.evals.wording import count, measured, percent, points, signed
from policies.verdict import Comparison, Interval


def test_shares_are_read_as_percent_and_points() -> None:
    assert percent(0.8214) == "82.1 %"
    assert (points(0.05), points(0.01), points(0.125)) == ("5 points", "1 point", "12.5 points")
    assert (signed(-0.107), signed(0.0)) == ("-10.7", "+0.0")
    assert (count(1, "case"), count(1200, "case")) == ("1 case", "1,200 cases")


def test_a_change_is_one_line() -> None:
    comparison = Comparison(
        both_pass=1,
        only_base_passes=3,
        only_head_passes=2,
        neither_passes=0,
        p_value=1.0,
        difference=-0.1,
        difference_interval=Interval(low=-0.2, high=0.05),
        smallest_effect=0.05,
    )
    line = "50.0 % to 40.0 % (-10.0 points, 95 % interval -20.0 to +5.0), 3 broke, 2 mended."
    assert measured(0.5, 0.4, comparison) == line
