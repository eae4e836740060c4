from __future__ import annotations

import pytest
from pydantic import ValidationError

from catalog.stack import Replicas, StackSpec


def test_replicas_are_bounded_on_both_sides() -> None:
    assert (Replicas().min, Replicas().max) == (1, 1)
    with pytest.raises(ValidationError, match=r"min \(3\) is above max \(2\)"):
        Replicas(min=3, max=2)


def test_a_stack_serves_something_and_has_a_budget() -> None:
    with pytest.raises(ValidationError) as caught:
        StackSpec.model_validate({"target": "local", "endpoints": []})
    assert {error["loc"][0]: error["type"] for error in caught.value.errors()} == {
        "endpoints": "too_short",
        "budget": "missing",
    }
