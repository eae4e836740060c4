"""Without an engine nothing is learnt about a stack, and the verdict says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.loader import load_catalog
from catalog.locations import Tool
from gatehouse.checking.stacks import judge_stack
from gatehouse.progress import Progress
from policies.verdict import Gate, Outcome
from tests.kit.small_repository import write_small_repository


def test_a_missing_engine_is_a_failure_outside_with_the_way_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatehouse.engine.pulumi.PULUMI", Tool("no-such-engine", "1"))
    root = write_small_repository(tmp_path)
    result = judge_stack(root, load_catalog(root).stacks["local"], None, Progress(quiet=True))
    (verdict,) = result.verdicts
    assert (verdict.gate, verdict.outcome) == (Gate.plan, Outcome.failed)
    assert verdict.findings[0].fix == "Run `make setup`."
    assert result.plan is None
    assert result.cost is None
