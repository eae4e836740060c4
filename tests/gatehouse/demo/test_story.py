"""The demo's pull requests are what they say they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gatehouse.demo import story

ROOT = Path(__file__).parents[3]


def _case(name: str, *, passed: bool) -> dict[str, Any]:
    return {"case": name, "passed": passed}


def test_flips_are_told_by_the_side_that_passes() -> None:
    evaluation = {
        "base": {"cases": [_case("a", passed=True), _case("b", passed=False), _case("c", passed=True)]},
        "head": {"cases": [_case("a", passed=False), _case("b", passed=True), _case("c", passed=True)]},
    }
    assert story._flipped(evaluation, head_passes=True) == [_case("b", passed=True)]
    assert story._flipped(evaluation, head_passes=False) == [_case("a", passed=False)]


def test_without_a_base_nothing_flips() -> None:
    assert story._flipped({"base": None, "head": {"cases": [_case("a", passed=True)]}}, head_passes=True) == []


@pytest.mark.parametrize("folder", sorted(story.CHANGES.iterdir()), ids=lambda path: path.name)
def test_a_change_announces_what_it_will_get_and_touches_data_only(folder: Path) -> None:
    change = yaml.safe_load((folder / "change.yaml").read_text())
    assert change["title"]
    assert change["expect"] in {"pass", "block", "invalid"}
    touched = {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()} - {"change.yaml"}
    assert touched <= {"models", "prompts", "stacks"}
    assert touched
