from __future__ import annotations

from policies.review.comment_folds import cases_fold, prompts_fold, remarks_fold, stacks_fold, time_fold
from policies.review.fit import Section
from policies.review.subjects import places
from policies.verdict import PlanStep
from tests.kit.evaluations import an_evaluation
from tests.kit.verdicts import TIMINGS, a_cost, a_pass, a_plan, a_verdict


def _text(section: Section) -> str:
    return section.fit(50_000) or ""


def test_cases_that_broke_stand_above_those_that_were_fixed() -> None:
    text = _text(cases_fold([an_evaluation()]))
    assert "<summary>Cases: 4 broken, 53 fixed</summary>" in text
    assert text.index("| broken |") < text.index("| fixed |")
    assert "still" not in text


def test_of_something_new_only_what_fails_is_told() -> None:
    new = an_evaluation().model_copy(update={"base": None, "comparison": None})
    assert "<summary>Cases: 41 new and failing</summary>" in _text(cases_fold([new]))


def test_a_prompt_that_did_not_change_is_not_shown() -> None:
    evaluation = an_evaluation()
    same = tuple(case.model_copy(update={"base": case.head}) for case in evaluation.rendered)
    assert prompts_fold([evaluation.model_copy(update={"rendered": same})]).parts == ()


def test_a_prompt_shows_its_tokens_and_its_difference() -> None:
    text = _text(prompts_fold([an_evaluation()]))
    assert "I was charged twice for the same invoice in March: 34 \u2192 57 tokens (+23)\n```diff\n-Sort" in text
    assert "<sub>2 more rendered cases: see report.html.</sub>" in text


def test_what_has_no_price_stands_first_and_is_named() -> None:
    cost = a_cost().model_copy(update={"unpriced": ("gpu-pool",), "share_priced": 0.5})
    text = _text(stacks_fold(places(a_verdict(costs=(cost,)))))
    assert "book of 2026-11-01; 50.0\u00a0% of what costs money has a price\n- no price: `gpu-pool`\n- `gemma" in text


def test_steps_that_change_nothing_are_only_counted() -> None:
    text = _text(stacks_fold(places(a_pass())))
    assert "Plan of `local`: 1 update, 2 same\n- update `served`" in text
    assert "gateway" not in text


def test_many_changed_properties_are_counted() -> None:
    step = PlanStep(op="update", urn="u", type="t", name="n", changed=tuple(f"p{number}" for number in range(11)))
    text = _text(stacks_fold(places(a_verdict(plans=(a_plan().model_copy(update={"steps": (step,)}),)))))
    assert text.count("`p") == 8
    assert "and 3 more" in text


def test_a_remark_names_its_gate() -> None:
    assert "- warn, policy, stack `local`: `gemma-3-270m`: The endpoint has no alarm" in _text(remarks_fold(a_pass()))
    assert remarks_fold(a_verdict()).parts == ()


def test_time_tells_models_apart_and_how_to_repeat_the_check() -> None:
    text = _text(time_fold(a_verdict(timings=TIMINGS * 4)))
    assert "evaluate prompt ticket-routing 31.2\u00a0s (models 28.9\u00a0s)" in text
    assert "4 more\nThe same on your machine: `gatehouse check --base a1b2c3d4e5f6`" in text
