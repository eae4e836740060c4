"""What `gatehouse eval` evaluates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.problem import CatalogError
from gatehouse.errors import UsageError
from gatehouse.evaluation.command import Question, run
from gatehouse.evaluation.run import Evaluated
from tests.kit.evaluated import EvaluatedRepository, tickets
from tests.kit.model_stub import ModelStub
from tests.kit.scratch_repository import ScratchRepository


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def repository(tmp_path: Path) -> EvaluatedRepository:
    return EvaluatedRepository(tmp_path / "repository", tickets(60))


def asked(repository: EvaluatedRepository, **changes: Any) -> tuple[list[Evaluated], int]:
    with ModelStub(lambda _: "billing") as stub:
        facts = {"base": None, "prompts": (), "models": (), "addresses": {"small": stub.address}, "api_key_env": None}
        results = run(Question(repository.root, **{**facts, **changes}), lambda *_: None)
        return results, stub.calls


def test_without_a_base_everything_is_judged_as_new(repository: EvaluatedRepository) -> None:
    [(evaluation, verdict)], calls = asked(repository)
    assert (verdict.headline, calls) == ("New: 100.0 % of 60 cases pass.", 60)
    assert evaluation is not None
    assert evaluation.base is None


def test_a_base_is_read_from_git(repository: EvaluatedRepository) -> None:
    git = ScratchRepository(repository.root)
    git.commit()
    assert asked(repository, base="main") == ([], 0)
    repository.variant("v1", "Sort: {{ticket}}")
    [(evaluation, _)], calls = asked(repository, base="main")
    assert calls == 120
    assert evaluation is not None
    assert evaluation.base is not None


def test_a_base_that_is_not_in_todays_grammar_is_none(repository: EvaluatedRepository) -> None:
    git = ScratchRepository(repository.root)
    rollout = (repository.root / "prompts/routing/rollout.yaml").read_text()
    git.write("prompts/routing/rollout.yaml", "nonsense: true\n")
    git.commit()
    git.write("prompts/routing/rollout.yaml", rollout)
    [(evaluation, _)], _ = asked(repository, base="main")
    assert evaluation is not None
    assert evaluation.base is None


def test_a_name_asks_for_one_prompt_even_if_nothing_touches_it(repository: EvaluatedRepository) -> None:
    git = ScratchRepository(repository.root)
    git.commit()
    [(_, verdict)], calls = asked(repository, base="main", prompts=("routing",))
    assert (str(verdict.subject), calls) == ("prompt routing", 60)
    [(_, verdict)], _ = asked(repository, models=("small",))
    assert str(verdict.subject) == "prompt routing"


@pytest.mark.parametrize(("kind", "name"), [("prompts", "routng"), ("models", "smal")])
def test_a_name_that_does_not_exist_names_the_nearest(repository: EvaluatedRepository, kind: str, name: str) -> None:
    with pytest.raises(UsageError, match="Did you mean"):
        asked(repository, **{kind: (name,)})


def test_wrong_files_stop_it_before_any_model_is_asked(repository: EvaluatedRepository) -> None:
    repository.suite("prompts/routing", [])
    with pytest.raises(CatalogError, match="no cases"):
        asked(repository)
