"""Intervals and quantiles against published and scipy's values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.live.statistics import difference, quantile, share


@settings(deadline=None)
@given(count=st.integers(1, 500), data=st.data())
def test_wilsons_interval_is_scipys(count: int, data: st.DataObject) -> None:
    from scipy.stats import binomtest

    hits = data.draw(st.integers(0, count))
    wanted = binomtest(hits, count).proportion_ci(method="wilson")
    got = share(hits, count)
    assert got is not None
    assert (got.low, got.high) == (pytest.approx(wanted.low, abs=1e-9), pytest.approx(wanted.high, abs=1e-9))


def test_nothing_counted_is_unknown() -> None:
    assert share(0, 0) is None
    assert difference(share(1, 2), None) is None


def test_newcombes_interval_is_the_published_one() -> None:
    """Newcombe 1998, table II, 56/70 against 48/80: 0.0524 to 0.3339 by method 10."""
    got = difference(share(56, 70), share(48, 80))
    assert got == {
        "value": pytest.approx(0.2),
        "low": pytest.approx(0.0524, abs=5e-5),
        "high": pytest.approx(0.3339, abs=5e-5),
    }


@settings(deadline=None)
@given(values=st.lists(st.floats(0, 1e6), min_size=1, max_size=50), part=st.floats(0, 1))
def test_quantiles_are_those_of_numpy(values: list[float], part: float) -> None:
    import numpy as np

    assert quantile(sorted(values), part) == pytest.approx(float(np.quantile(values, part)), rel=1e-9, abs=1e-9)


def test_no_values_have_no_quantile() -> None:
    assert quantile([], 0.5) is None
