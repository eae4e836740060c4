from __future__ import annotations

from policies.review.subjects import asides, measured, places, reasons, stopping
from policies.verdict import Gate, Outcome, SubjectKind
from tests.kit.evaluations import ROUTING, TABULAR
from tests.kit.verdicts import a_block, a_cost, a_gate, a_pass, a_verdict, an_outside


def test_a_prompt_has_its_evaluation_and_the_worst_of_its_gates() -> None:
    (prompt,) = measured(a_block())
    assert prompt.subject == ROUTING
    assert prompt.outcome == Outcome.blocked
    assert prompt.evaluation is not None


def test_a_prompt_that_could_not_be_evaluated_is_still_a_row() -> None:
    (prompt,) = measured(an_outside())
    assert (prompt.outcome, prompt.evaluation) == (Outcome.failed, None)


def test_a_stack_has_its_plan_cost_and_policy() -> None:
    (stack,) = places(a_pass())
    assert stack.subject.kind == SubjectKind.stack
    assert stack.plan is not None
    assert stack.cost is not None
    assert stack.policy is not None
    assert stack.policy.gate == Gate.policy


def test_a_stack_of_which_only_a_cost_speaks_is_a_row() -> None:
    assert [place.subject.name for place in places(a_verdict(costs=(a_cost("prod"),)))] == ["prod"]


def test_the_gates_that_decide_come_first() -> None:
    gates = (
        a_gate(Gate.evaluation, TABULAR, Outcome.undecided, "too few"),
        a_gate(Gate.evaluation, ROUTING, Outcome.blocked, "worse"),
    )
    assert [gate.headline for gate in stopping(a_verdict(*gates))] == ["worse", "too few"]
    assert stopping(a_pass()) == ()


def test_warnings_are_remarks_unless_they_are_the_reason() -> None:
    assert [finding.rule for _, finding in asides(a_pass())] == ["endpoints-have-an-error-alarm"]
    (dead,) = stopping(an_outside())
    assert len(reasons(dead)) == 1
    assert asides(an_outside()) == ()
