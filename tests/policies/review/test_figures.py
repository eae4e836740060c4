from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.review import figures


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (figures.percent(0.6123), "61.2 %"),
        (figures.percent(None), "-"),
        (figures.points(0.229), "+22.9"),
        (figures.points(-0.1), "-10.0"),
        (figures.points(-0.0001), "0.0"),
        (figures.p_value(0.0004), "< 0.001"),
        (figures.p_value(0.0314), "0.031"),
        (figures.milliseconds(41.4), "41 ms"),
        (figures.milliseconds(3.21), "3.2 ms"),
        (figures.milliseconds(1240), "1.2 s"),
        (figures.seconds(38.44), "38.4 s"),
        (figures.seconds(125.2), "2 min 5 s"),
        (figures.change("41 ms", "43 ms"), "41 ms -> 43 ms"),
        (figures.change("41 ms", "41 ms"), "41 ms"),
        (figures.count(-1234567), "-1,234,567"),
        (figures.signed(46), "+46"),
        (figures.plural(1, "case"), "1 case"),
        (figures.plural(2, "case"), "2 cases"),
        (figures.usd("1234.5"), "1,234.50"),
        (figures.usd(None), "unknown"),
        (figures.usd("NaN"), "unknown"),
        (figures.usd("1e999999"), "unknown"),
        (figures.usd("twelve"), "unknown"),
        (figures.usd("0"), "0.00"),
        (figures.usd_change("12.00", "14.10"), "+2.10 (+18 %)"),
        (figures.usd_change("12.00", "12.001"), "0.00"),
        (figures.usd_change("0", "3"), "+3.00"),
        (figures.usd_change(None, "3"), "-"),
        (figures.usd_per_thousand(0.0042, 212), "0.0198"),
        (figures.usd_per_thousand(0.0, 212), "-"),
    ],
)
def test_a_figure_reads_as_people_write_it(said: str, expected: str) -> None:
    assert figures.plain(said) == expected


@given(st.floats())
def test_no_float_is_long(number: float) -> None:
    told = (
        figures.percent(number),
        figures.points(number),
        figures.p_value(number),
        figures.milliseconds(number),
        figures.seconds(number),
        figures.usd_per_thousand(number, 3),
    )
    assert max(map(len, told)) < 30


@given(st.integers(), st.decimals(), st.decimals())
def test_no_count_and_no_amount_is_long(number: int, base: object, head: object) -> None:
    assert len(figures.count(number * 10**30)) < 30
    assert len(figures.usd(str(head))) < 30
    assert len(figures.usd_change(str(base), str(head))) < 50
