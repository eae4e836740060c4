"""Answers become evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.loader import load_catalog
from catalog.touched import touched
from gatehouse.evaluation.asking import Refused
from gatehouse.evaluation.questions import Question, Source, questions
from gatehouse.evaluation.scoring import AskedSide, evidence
from gatehouse.evaluation.store import Answered
from gatehouse.evaluation.trials import Side, Trial, plan_trials
from policies.verdict import Evaluation
from tests.kit.evaluated import EvaluatedRepository, model_file, tabular_file, tickets

SOURCE = Source("sha256:x")
PRICED = {
    "artifact": {"source": "https://api.example.com", "format": "hosted"},
    "engine": {"name": "openai", "interface": "chat"},
    "price": {"usd_per_million_input_tokens": 1.0, "usd_per_million_output_tokens": 2.0},
}


def trial_of(head: Path, base: Path | None = None) -> Trial:
    after = load_catalog(head)
    before = load_catalog(base) if base else None
    [trial] = [item for item in plan_trials(after, before, touched(before, after)) if isinstance(item, Trial)]
    return trial


def asked(trial: Trial, side: Side) -> AskedSide:
    return AskedSide(side, SOURCE, tuple(questions(side, SOURCE, trial.suite.cases, trial.gate.repeats)))


def scored(trial: Trial, say: Any, fresh: frozenset[str] = frozenset()) -> Evaluation:
    """The evidence when `say(question)` answers."""
    head = asked(trial, trial.head)
    base = asked(trial, trial.base) if trial.base else None
    answers = {question.key: say(question) for side in (base, head) if side for question in side.questions}
    return evidence(trial, base, head, answers, fresh)


def said(text: str) -> Answered:
    return Answered(text, 100, 10, 25.0)


@pytest.fixture
def pair(tmp_path: Path) -> Trial:
    EvaluatedRepository(tmp_path / "base", tickets(30))
    EvaluatedRepository(tmp_path / "head", tickets(30)).variant("v1", "Sort: {{ticket}}")
    return trial_of(tmp_path / "head", tmp_path / "base")


def number(question: Question) -> int:
    return int(str(question.case.vars["ticket"]).split()[1])


def test_both_sides_are_judged_on_the_same_cases(pair: Trial) -> None:
    def say(question: Question) -> Answered:
        is_head = "Sort" in question.ask.body["prompt"]
        return said("account" if is_head and number(question) < 3 else "billing")

    evaluation = scored(pair, say)
    assert evaluation.base is not None
    assert evaluation.comparison is not None
    assert (evaluation.base.pass_rate, evaluation.head.pass_rate) == (1.0, 0.9)
    assert evaluation.comparison.only_base_passes == 3
    assert {s.name: s.cases for s in evaluation.slices} == {"even": 15, "odd": 15}
    failed = [case for case in evaluation.head.cases if not case.passed]
    assert failed[0].failed_assertions == ("equals: equal 'billing'",)
    assert (failed[0].output, failed[0].latency_ms, failed[0].input_tokens) == ("account", 25.0, 100)


def test_a_dozen_cases_are_shown_as_they_were_sent_the_broken_ones_first(pair: Trial) -> None:
    def say(question: Question) -> Answered:
        is_head = "Sort" in question.ask.body["prompt"]
        right = {28: not is_head, 29: is_head}.get(number(question), True)
        return said("billing" if right else "x")

    rendered = scored(pair, say).rendered
    assert len(rendered) == 12
    assert [case.description for case in rendered[:3]] == ["ticket 28", "ticket 29", "ticket 0"]
    assert (rendered[0].base, rendered[0].head) == ("Route this ticket: ticket 28", "Sort: ticket 28")
    assert (rendered[0].base_tokens, rendered[0].head_tokens) == (100, 100)


def test_what_was_asked_and_what_was_stored_is_counted_once_a_question(pair: Trial) -> None:
    keys = {question.key for question in asked(pair, pair.head).questions}
    evaluation = scored(pair, lambda _: said("billing"), frozenset(keys))
    assert (evaluation.model_calls, evaluation.stored_answers) == (30, 30)
    assert {case.cached for case in evaluation.head.cases} == {False}
    assert evaluation.base is not None
    assert {case.cached for case in evaluation.base.cases} == {True}


def test_a_refused_case_fails_with_the_reason(pair: Trial) -> None:
    evaluation = scored(pair, lambda q: Refused("HTTP 400") if number(q) == 0 else said("billing"))
    [failed] = [case for case in evaluation.head.cases if not case.passed]
    assert failed.failed_assertions == ("The model's server refuses the case: HTTP 400.",)


def test_a_pattern_that_would_not_end_breaks_its_cases_and_costs_little(tmp_path: Path) -> None:
    hostile = [{"vars": {"ticket": f"t {n}"}, "assert": [{"type": "regex", "value": "(a|aa)+$"}]} for n in range(50)]
    EvaluatedRepository(tmp_path, hostile)
    evaluation = scored(trial_of(tmp_path), lambda _: said("a" * 60 + "!"))
    assert all("stopped" in case.broken_assertions[0] for case in evaluation.head.cases)
    assert not any(case.passed for case in evaluation.head.cases)


def test_long_answers_are_cut_in_the_evidence_and_judged_whole(tmp_path: Path) -> None:
    EvaluatedRepository(tmp_path, [{"vars": {"ticket": "t 0"}, "assert": [{"type": "contains", "value": "end"}]}])
    evaluation = scored(trial_of(tmp_path), lambda _: said("x" * 5_000 + "end"))
    assert evaluation.head.pass_rate == 1.0
    assert len(evaluation.head.cases[0].output) == 2_000


def test_tokens_have_a_price_where_the_model_has_one(tmp_path: Path) -> None:
    case = {"vars": {"ticket": "t 0"}, "assert": [{"type": "cost", "threshold": 0.00012}]}
    repository = EvaluatedRepository(tmp_path, [case])
    repository.model("small", model_file(**PRICED))
    evaluation = scored(trial_of(tmp_path), lambda _: said("ok"))
    assert evaluation.head.usd == pytest.approx(0.00012)
    assert evaluation.head.pass_rate == 1.0


def test_a_tabular_model_is_judged_by_label_and_calibration(tmp_path: Path) -> None:
    repository = EvaluatedRepository(tmp_path, tickets(1))
    (tmp_path / "prompts/routing/rollout.yaml").unlink()
    for file in (tmp_path / "prompts/routing").iterdir():
        file.unlink()
    (tmp_path / "prompts/routing").rmdir()
    repository.stack(["small"], [])
    repository.model("tumours", tabular_file())
    repository.write("models/tumours/model.skops", "")
    cases = [{"vars": {"size": n}, "assert": [{"type": "equals", "value": "benign"}]} for n in range(4)]
    repository.suite("models/tumours", cases)
    kept = ['{"label": "benign", "probabilities": {"benign": 0.75, "malignant": 0.25}}'] * 3
    kept.append('{"label": "malignant", "probabilities": {"benign": 0.25, "malignant": 0.75}}')
    evaluation = scored(trial_of(tmp_path), lambda q: Answered(kept[q.case.vars["size"]], 0, 0, 1.0))
    assert evaluation.head.pass_rate == 0.75
    assert evaluation.head.calibration_error == pytest.approx(0.0)
    assert evaluation.head.brier_score == pytest.approx((3 * 2 * 0.0625 + 2 * 0.5625) / 4)
    assert [case.output for case in evaluation.head.cases] == ["benign"] * 3 + ["malignant"]
    assert evaluation.rendered == ()
