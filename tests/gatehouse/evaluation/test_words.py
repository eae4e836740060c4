"""What is printed: numbers that a person can check, and nothing that a terminal would obey."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from catalog.suite import GateSpec
from gatehouse.evaluation.words import as_json_text, as_text, shown
from policies.evals.gate import judge_evaluation
from policies.verdict import Evaluation, Finding, Gate, GateVerdict, Outcome, Severity, Subject, SubjectKind
from tests.kit.evaluations import a_small_evaluation


def judged(evaluation: Evaluation) -> tuple[Evaluation, GateVerdict]:
    return evaluation, judge_evaluation(evaluation, GateSpec())


def test_a_block_shows_rates_difference_flips_and_what_to_do() -> None:
    evaluation, verdict = judged(a_small_evaluation(broken=20, fixed=2))
    text = as_text(verdict.outcome, [(evaluation, verdict)], "main")
    assert text.startswith("prompt ticket-routing: BLOCK. Worse: ")
    assert "exact McNemar p = " in text
    assert "20 broke, 2 mended" in text
    assert text.count("\n    broke  ") == 9
    assert "and 12 cases more; --json has all" in text
    assert "BLOCK. Next: mend the cases that broke, then run the same command" in text


def test_an_undecided_one_says_how_many_cases_are_missing() -> None:
    evaluation, verdict = judged(a_small_evaluation(broken=5, fixed=2, needed=90))
    text = as_text(verdict.outcome, [(evaluation, verdict)], "main")
    assert verdict.outcome is Outcome.undecided
    assert "Add about 90 cases" in text


def test_a_failure_names_the_remedy_once() -> None:
    finding = Finding(severity=Severity.block, message="The model small is given up.", fix="Start the server.")
    verdict = GateVerdict(
        gate=Gate.evaluation,
        subject=Subject(kind=SubjectKind.prompt, name="routing"),
        outcome=Outcome.failed,
        headline=finding.message,
        findings=(finding,),
    )
    text = as_text(Outcome.failed, [(None, verdict)], None)
    assert text.count("given up") == 1
    assert "    Start the server." in text


def test_nothing_to_do_is_said() -> None:
    assert as_text(Outcome.passed, [], "main") == "Nothing to evaluate: nothing differs from main."
    assert as_text(Outcome.passed, [], None) == "Nothing to evaluate: no prompt and no model."


def test_json_holds_verdict_and_evaluation() -> None:
    evaluation, verdict = judged(a_small_evaluation(broken=20, fixed=2))
    found = json.loads(as_json_text(verdict.outcome, [(evaluation, verdict), (None, verdict)]))
    assert found["outcome"] == "block"
    assert Evaluation.model_validate(found["results"][0]["evaluation"]) == evaluation
    assert found["results"][1]["evaluation"] is None


@given(st.text())
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    assert all(char.isprintable() for char in shown(text))
    assert len(shown(text, 20)) <= 20
