from __future__ import annotations

from decimal import Decimal

import pytest

from policies.costs.part import decimal


def test_a_tenth_is_a_tenth() -> None:
    assert decimal(0.1) == Decimal("0.1")


@pytest.mark.parametrize("number", [None, -1.0, 1e300])
def test_a_number_that_nobody_means_has_no_price(number: float | None) -> None:
    assert decimal(number) is None
