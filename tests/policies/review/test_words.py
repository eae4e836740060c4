from __future__ import annotations

import pytest

from policies.review.words import SYMBOLS, TITLES, check_command, next_steps, plan_counts, sentence, short_commit
from policies.verdict import Gate, Outcome
from tests.kit.evaluations import LOCAL
from tests.kit.verdicts import KINDS, a_gate, a_pass, a_plan, a_verdict


def test_every_outcome_has_its_words() -> None:
    assert set(SYMBOLS) == set(TITLES) == set(Outcome)
    assert len(set(SYMBOLS.values())) == len(Outcome)


@pytest.mark.parametrize(
    ("kind", "said", "command"),
    [
        ("pass", "all 5 gates agree.", "gatehouse up local"),
        ("block", "2 of 5 gates say no.", "gatehouse check --base a1b2c3d4e5f6"),
        ("undecided", "1 of 5 gates cannot say yet.", "gatehouse check --base a1b2c3d4e5f6"),
        ("invalid", "2 mistakes to correct.", "gatehouse check --base a1b2c3d4e5f6"),
        ("outside", "1 of 5 gates could not be run.", "gatehouse doctor"),
    ],
)
def test_each_outcome_says_why_and_what_next(kind: str, said: str, command: str) -> None:
    verdict = KINDS[kind]()
    assert sentence(verdict) == said
    assert command in [step.command for step in next_steps(verdict)]


def test_undecided_names_the_cases_that_would_decide() -> None:
    assert "180 more cases" in next_steps(KINDS["undecided"]())[0].text


@pytest.mark.parametrize("base", ["$(id)", "a b", "--help", "-x", "`id`", "a;b", "", "a\nb"])
def test_a_base_that_is_no_plain_word_is_never_in_a_command(base: str) -> None:
    assert check_command(a_verdict(base=base)) == "gatehouse check"


def test_a_stack_that_is_no_plain_word_is_never_in_a_command() -> None:
    odd = LOCAL.model_copy(update={"name": "local; rm -rf ~"})
    steps = next_steps(a_verdict(a_gate(Gate.plan, odd)))
    assert [step.command for step in steps] == [None]


def test_commits_are_shortened_and_names_are_not() -> None:
    assert short_commit("fe3a4510c2d4b6a8e0f1c3d5b7a9e1f2c4d6b8a0-dirty") == "fe3a4510c2d4-dirty"
    assert short_commit("origin/main") == "origin/main"


def test_a_plan_is_counted_by_what_it_does() -> None:
    plan = a_plan()
    assert plan_counts(plan) == "1 update, 2 same"
    odd = plan.steps[0].model_copy(update={"op": "import"})
    assert plan_counts(plan.model_copy(update={"steps": (*plan.steps, odd)})) == "1 update, 2 same, 1 other"
    assert plan_counts(plan.model_copy(update={"steps": ()})) == "nothing"
    assert plan_counts(None) == "\u2013"


def test_without_a_base_there_is_nothing_to_merge() -> None:
    assert next_steps(a_pass().model_copy(update={"base": None}))[0].text == "Put it live:"
