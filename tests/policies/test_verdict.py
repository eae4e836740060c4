"""The worst gate decides, and each outcome has its exit code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.verdict import Outcome, Plan, PlanStep, Subject, SubjectKind, exit_code, worst

OUTCOMES = st.sampled_from(Outcome)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.passed, 0),
        (Outcome.blocked, 1),
        (Outcome.invalid, 2),
        (Outcome.undecided, 3),
        (Outcome.failed, 4),
    ],
)
def test_every_outcome_has_its_exit_code(outcome: Outcome, code: int) -> None:
    assert exit_code(outcome) == code


@given(st.lists(OUTCOMES, min_size=1))
def test_only_passes_make_a_pass(outcomes: list[Outcome]) -> None:
    assert (worst(outcomes) is Outcome.passed) == all(outcome is Outcome.passed for outcome in outcomes)


@given(st.lists(OUTCOMES))
def test_a_block_is_never_outvoted(outcomes: list[Outcome]) -> None:
    assert worst([*outcomes, Outcome.blocked]) is Outcome.blocked


def test_nothing_touched_is_a_pass() -> None:
    assert worst([]) is Outcome.passed


def test_a_plan_counts_its_operations() -> None:
    steps = tuple(
        PlanStep(op=op, urn=f"urn:{n}", type="t", name="n") for n, op in enumerate(("create", "same", "same"))
    )
    assert Plan(stack="local", deployed_before=True, steps=steps).count("same") == 2


def test_a_subject_reads_as_words() -> None:
    assert str(Subject(kind=SubjectKind.prompt, name="greet")) == "prompt greet"
