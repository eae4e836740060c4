"""What is compared with what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.entries import Catalog
from catalog.loader import load_catalog
from catalog.touched import touched
from gatehouse.evaluation.trials import Trial, narrowed, plan_trials
from policies.verdict import GateVerdict, Outcome
from tests.kit.evaluated import EvaluatedRepository, model_file, tabular_file, tickets


@pytest.fixture
def base(tmp_path: Path) -> EvaluatedRepository:
    return EvaluatedRepository(tmp_path / "base", tickets(5))


@pytest.fixture
def head(tmp_path: Path) -> EvaluatedRepository:
    return EvaluatedRepository(tmp_path / "head", tickets(5))


def planned(head: EvaluatedRepository, base: EvaluatedRepository | None) -> list[Trial | GateVerdict]:
    before: Catalog | None = load_catalog(base.root) if base else None
    after = load_catalog(head.root)
    return plan_trials(after, before, touched(before, after))


def sides(items: list[Trial | GateVerdict]) -> list[tuple[Any, ...]]:
    return [
        (str(item.subject), item.base.name if item.base else None, item.head.name)
        for item in items
        if isinstance(item, Trial)
    ]


def test_nothing_changed_means_nothing_to_do(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    assert planned(head, base) == []


def test_a_changed_prompt_is_compared_with_itself_before(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    head.variant("v1", "Sort: {{ticket}}")
    [trial] = planned(head, base)
    assert isinstance(trial, Trial)
    assert sides([trial]) == [("prompt routing", "v1", "v1")]
    assert trial.base is not None
    assert trial.base.variant is not None
    assert "Route" in trial.base.variant.template


def test_another_live_variant_is_compared_with_the_one_before(
    head: EvaluatedRepository, base: EvaluatedRepository
) -> None:
    head.variant("v2", "Sort: {{ticket}}")
    head.rollout(live="v2")
    assert sides(planned(head, base)) == [("prompt routing", "v1", "v2")]


def test_a_candidate_is_compared_with_the_live_variant(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    head.variant("v2", "Sort: {{ticket}}")
    head.rollout(live="v1", candidates={"v2": 0.1})
    assert sides(planned(head, base)) == [("prompt routing", "v1", "v1"), ("prompt routing/v2", "v1", "v2")]


def test_a_changed_model_is_tried_on_the_prompts_that_it_answers(
    head: EvaluatedRepository, base: EvaluatedRepository
) -> None:
    head.model("small", model_file(engine={"name": "llama.cpp", "interface": "chat"}))
    [trial] = planned(head, base)
    assert isinstance(trial, Trial)
    assert str(trial.subject) == "prompt routing"
    assert trial.base is not None
    assert trial.base.model.digest != trial.head.model.digest


def test_a_model_with_a_suite_of_its_own_is_tried_on_that(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    for repository, owner in ((head, "new"), (base, "old")):
        repository.model("tumours", tabular_file(owner=owner))
        repository.write("models/tumours/model.skops", "")
        repository.suite("models/tumours", [{"vars": {"size": 1}, "assert": [{"type": "equals", "value": "benign"}]}])
    assert sides(planned(head, base)) == [("model tumours", "tumours", "tumours")]


def test_something_new_has_no_base(head: EvaluatedRepository) -> None:
    assert sides(planned(head, None)) == [("prompt routing", None, "v1")]


def test_a_prompt_without_a_suite_is_undecided(head: EvaluatedRepository) -> None:
    for file in ("evals.yaml", "cases.jsonl"):
        (head.root / "prompts/routing" / file).unlink()
    [verdict] = planned(head, None)
    assert isinstance(verdict, GateVerdict)
    assert verdict.outcome is Outcome.undecided
    assert verdict.findings[0].fix == "Write prompts/routing/evals.yaml with cases and assertions."


def test_a_change_that_removes_the_suite_is_blocked(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    for file in ("evals.yaml", "cases.jsonl"):
        (head.root / "prompts/routing" / file).unlink()
    [verdict] = planned(head, base)
    assert isinstance(verdict, GateVerdict)
    assert verdict.outcome is Outcome.blocked


def test_a_model_that_nothing_tries_is_undecided(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    head.model("lonely", model_file())
    [verdict] = planned(head, base)
    assert isinstance(verdict, GateVerdict)
    assert (str(verdict.subject), verdict.outcome) == ("model lonely", Outcome.undecided)


def test_names_narrow_what_is_touched(head: EvaluatedRepository) -> None:
    catalog = load_catalog(head.root)
    change = touched(None, catalog)
    assert narrowed(catalog, change, [], []) is change
    assert narrowed(catalog, change, ["routing"], []).models == frozenset()
    by_model = narrowed(catalog, change, [], ["small"])
    assert (by_model.models, by_model.prompts) == (frozenset({"small"}), frozenset({"routing"}))
