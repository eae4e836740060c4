from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from catalog.prompt import GenerationConfig, RolloutSpec


def rollout(*candidates: tuple[str, float]) -> RolloutSpec:
    listed: list[dict[str, Any]] = [{"variant": name, "share": share} for name, share in candidates]
    return RolloutSpec.model_validate({"live": "v1", "owner": "us", "candidates": listed})


def test_the_live_variant_gets_what_candidates_leave() -> None:
    assert rollout().shares == {"v1": 1.0}
    assert rollout(("v2", 0.25), ("v3", 0.5)).shares == {"v1": 0.25, "v2": 0.25, "v3": 0.5}


@pytest.mark.parametrize(
    ("candidates", "words"),
    [
        ([("v1", 0.1)], "stands in a rollout once"),
        ([("v2", 0.1), ("v2", 0.2)], "stands in a rollout once"),
        ([("v2", 0.5), ("v3", 0.5)], "add up to less than 1"),
        ([("v2", 0.0)], "greater than 0"),
        ([("v2", 1.0)], "less than 1"),
    ],
)
def test_shares_that_leave_nothing_or_stand_twice_are_refused(candidates: list[tuple[str, float]], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        rollout(*candidates)


def test_a_prompt_that_wishes_nothing_is_asked_the_same_way_every_time() -> None:
    config = GenerationConfig()
    assert (config.temperature, config.seed) == (0.0, 0)
