"""From answers to evidence: results by case, both sides, their comparison, a few cases as they were sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.asking import price_usd
from catalog.entries import Model
from gatehouse.evaluation.asking import Refused
from gatehouse.evaluation.questions import Question, Source, as_sent
from gatehouse.evaluation.store import Answered
from gatehouse.evaluation.tabular import label_of, prediction_of
from gatehouse.evaluation.trials import Side, Trial, is_text
from policies.evals.allowance import Allowance
from policies.evals.assertions import Given, judge_case
from policies.evals.summary import compare, side_result, slice_results
from policies.verdict import CaseResult, Evaluation, RenderedCase, SideResult

MAX_OUTPUT_CHARACTERS = 2_000
_MAX_SENT_CHARACTERS = 8_000
_MAX_DESCRIPTION_CHARACTERS = 200
_RENDERED_CASES = 12

Answers = Mapping[str, Answered | Refused]


@dataclass(frozen=True, slots=True)
class AskedSide:
    """One side with its questions and who answers them."""

    side: Side
    source: Source
    questions: Sequence[Question]


def evidence(
    trial: Trial, base: AskedSide | None, head: AskedSide, answers: Answers, fresh: frozenset[str]
) -> Evaluation:
    """What the judge needs. `fresh` are the keys that were asked in this run."""
    allowance = Allowance()
    head_result = _side(head, answers, fresh, allowance)
    base_result = _side(base, answers, fresh, allowance) if base else None
    keys = {question.key for side in (base, head) if side for question in side.questions}
    return Evaluation(
        subject=trial.subject,
        suite=str(trial.suite.path),
        suite_digest=trial.suite.digest,
        base=base_result,
        head=head_result,
        comparison=compare(base_result, head_result, trial.gate) if base_result else None,
        slices=slice_results(base_result, head_result),
        rendered=_rendered(base, head, base_result, head_result) if is_text(trial.head.model) else (),
        model_calls=len(keys & fresh),
        stored_answers=len(keys - fresh),
    )


def _side(asked: AskedSide, answers: Answers, fresh: frozenset[str], allowance: Allowance) -> SideResult:
    model = asked.side.model
    results = [
        _case_result(model, question, answers[question.key], question.key not in fresh, allowance)
        for question in asked.questions
    ]
    predictions = []
    if not is_text(model):
        answered = ((question.case, answers[question.key]) for question in asked.questions)
        found = (prediction_of(case, answer) for case, answer in answered if isinstance(answer, Answered))
        predictions = [prediction for prediction in found if prediction is not None]
    return side_result(asked.side.name, model.name, model.digest, results, predictions)


def _case_result(
    model: Model, question: Question, answer: Answered | Refused, cached: bool, allowance: Allowance
) -> CaseResult:
    case = question.case
    description = case.description[:_MAX_DESCRIPTION_CHARACTERS]
    if isinstance(answer, Refused):
        return CaseResult(
            case=question.name,
            description=description,
            slice=case.slice,
            passed=False,
            score=0.0,
            output="",
            failed_assertions=(f"The model's server refuses the case: {answer.reason}.",),
            latency_ms=0.0,
        )
    text = answer.text if is_text(model) else label_of(answer)
    usd = price_usd(model.spec.price, answer.input_tokens, answer.output_tokens)
    given = Given(text, answer.latency_ms, usd if model.spec.price else None)
    scored = judge_case(case.assertions, case.threshold, given, allowance)
    return CaseResult(
        case=question.name,
        description=description,
        slice=case.slice,
        passed=scored.passed,
        score=scored.score,
        output=text[:MAX_OUTPUT_CHARACTERS],
        failed_assertions=scored.failed,
        broken_assertions=scored.broken,
        latency_ms=answer.latency_ms,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        usd=usd,
        cached=cached,
    )


def _rendered(
    base: AskedSide | None, head: AskedSide, base_result: SideResult | None, head_result: SideResult
) -> tuple[RenderedCase, ...]:
    """A few cases as they were sent: those that flipped first, the others in the suite's order."""
    before = {result.case: result for result in base_result.cases} if base_result else {}
    sent_before = {question.name: question for question in base.questions} if base else {}
    pairs = sorted(
        zip(head.questions, head_result.cases, strict=True),
        key=lambda pair: _order(before.get(pair[1].case), pair[1]),
    )
    rendered = []
    for question, result in _first_tries(pairs):
        old, old_result = sent_before.get(question.name), before.get(question.name)
        rendered.append(
            RenderedCase(
                case=question.name,
                description=result.description,
                base=as_sent(old.ask)[:_MAX_SENT_CHARACTERS] if old else None,
                head=as_sent(question.ask)[:_MAX_SENT_CHARACTERS],
                base_tokens=old_result.input_tokens if old_result else None,
                head_tokens=result.input_tokens,
            )
        )
    return tuple(rendered)


def _order(before: CaseResult | None, after: CaseResult) -> int:
    """Broken cases first, then mended ones, then the rest."""
    if before is None or before.passed == after.passed:
        return 2
    return 0 if before.passed else 1


def _first_tries(pairs: Iterable[tuple[Question, CaseResult]]) -> list[tuple[Question, CaseResult]]:
    return [pair for pair in pairs if pair[0].repeat == 0][:_RENDERED_CASES]
