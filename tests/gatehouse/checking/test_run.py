"""A check runs what a change needs and nothing else. The engine is real, the model is a server of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatehouse.checking.run import Question, check
from gatehouse.progress import Progress
from policies.verdict import Gate, Outcome, Verdict
from tests.kit.deployable import Deployable, a_deployable
from tests.kit.model_stub import ModelStub

pytestmark = pytest.mark.engine


@pytest.fixture
def model() -> Iterator[ModelStub]:
    with ModelStub(lambda prompt: prompt.strip().rsplit(" ", 1)[-1]) as stub:
        yield stub


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployable]:
    from catalog.locations import PULUMI

    # Answers of these models belong to nobody; the engine stays where it is.
    monkeypatch.setattr("catalog.locations.answers_file", lambda: tmp_path / "answers.sqlite")
    assert PULUMI.find()
    with a_deployable(tmp_path) as deployable:
        yield deployable


def _check(checkout: Deployable, model: ModelStub, base: str | None = "main") -> Verdict:
    with Progress(quiet=True) as progress:
        return check(Question(checkout.root, base, {"tiny": model.address}), progress)


def _gates(verdict: Verdict) -> set[Gate]:
    return {gate.gate for gate in verdict.gates}


def test_a_file_that_cannot_be_read_stops_everything_else(checkout: Deployable, model: ModelStub) -> None:
    checkout.repository.write("prompts/greet/rollout.yaml", "liv: a\nowner: team-a\n")
    verdict = _check(checkout, model)
    assert verdict.outcome is Outcome.invalid
    assert _gates(verdict) == {Gate.files}
    assert any(finding.line == 1 for finding in verdict.gates[0].findings)
    assert model.calls == 0


def test_a_secret_blocks_before_any_model_reads_it(checkout: Deployable, model: ModelStub) -> None:
    key = "AKIA" + "IOSFODNN7QWERTYU"
    prompt = checkout.root / "prompts/greet/a.prompt"
    prompt.write_text(f"{prompt.read_text()}The key is {key}.\n")
    verdict = _check(checkout, model)
    assert verdict.outcome is Outcome.blocked
    assert _gates(verdict) == {Gate.files}
    assert key not in verdict.model_dump_json()
    assert model.calls == 0


def test_a_change_that_touches_nothing_runs_nothing(checkout: Deployable, model: ModelStub) -> None:
    checkout.repository.write("NOTES.md", "a note\n")
    verdict = _check(checkout, model)
    assert verdict.outcome is Outcome.passed
    assert _gates(verdict) == {Gate.files}
    assert verdict.changed_files == ("NOTES.md",)
    assert model.calls == 0


def test_a_changed_prompt_is_evaluated_and_its_stack_judged(checkout: Deployable, model: ModelStub) -> None:
    checkout.repository.write("prompts/lone/a.prompt", "---\nmodel: tiny\n---\nHello\n")
    checkout.repository.write("prompts/lone/rollout.yaml", "live: a\nowner: team-a\n")
    local = (checkout.root / "stacks/Pulumi.local.yaml").read_text()
    checkout.repository.write("stacks/Pulumi.other.yaml", local.replace("[greet]", "[lone]"))
    checkout.repository.commit()
    checkout.go_live("b")
    verdict = _check(checkout, model)
    assert _gates(verdict) == {Gate.files, Gate.plan, Gate.policy, Gate.cost, Gate.evaluation}
    assert {str(gate.subject) for gate in verdict.gates if gate.gate is Gate.evaluation} == {"prompt greet"}
    assert set(verdict.stack_digests) == {"local"}
    assert [plan.stack for plan in verdict.plans] == ["local"]
    assert verdict.evaluations[0].base is not None
    assert model.calls == 2


def test_nothing_unchanged_is_asked_again(checkout: Deployable, model: ModelStub) -> None:
    checkout.go_live("b")
    _check(checkout, model)
    asked = model.calls
    again = _check(checkout, model)
    assert model.calls == asked
    assert again.evaluations[0].model_calls == 0


def test_a_suite_alone_has_its_stack_judged_since_up_will_ask_for_a_verdict_on_it(
    checkout: Deployable, model: ModelStub
) -> None:
    suite = checkout.root / "prompts/greet/evals.yaml"
    suite.write_text(suite.read_text().replace("name: Ada", "name: Ada Lovelace"))
    verdict = _check(checkout, model)
    assert {Gate.plan, Gate.evaluation} <= _gates(verdict)
    assert set(verdict.stack_digests) == {"local"}


def test_code_touches_every_stack_and_asks_no_model(checkout: Deployable, model: ModelStub) -> None:
    program = checkout.root / "__main__.py"
    program.write_text(program.read_text() + "# another program\n")
    verdict = _check(checkout, model)
    assert _gates(verdict) == {Gate.files, Gate.plan, Gate.policy, Gate.cost}
    assert model.calls == 0


def test_without_a_base_everything_is_checked(checkout: Deployable, model: ModelStub) -> None:
    verdict = _check(checkout, model, base=None)
    assert Gate.evaluation in _gates(verdict)
    assert verdict.evaluations[0].base is None
    assert verdict.base is None


def test_a_base_that_cannot_be_read_counts_as_none(checkout: Deployable, model: ModelStub) -> None:
    checkout.repository.write("prompts/greet/rollout.yaml", "liv: a\n")
    checkout.repository.commit("a base of another time")
    checkout.go_live("a")
    verdict = _check(checkout, model)
    assert verdict.evaluations[0].base is None


def test_a_program_that_the_engine_refuses_blocks(checkout: Deployable, model: ModelStub) -> None:
    (checkout.root / "__main__.py").write_text("raise ValueError('no such GPU')\n")
    verdict = _check(checkout, model)
    plan = next(gate for gate in verdict.gates if gate.gate is Gate.plan)
    assert verdict.outcome is Outcome.blocked
    assert "no such GPU" in plan.findings[0].message


def test_a_dead_model_is_a_failure_outside_and_no_bad_score(checkout: Deployable) -> None:
    checkout.go_live("b")
    with Progress(quiet=True) as progress:
        verdict = check(Question(checkout.root, "main", {"tiny": "http://127.0.0.1:1"}), progress)
    assert verdict.outcome is Outcome.failed
