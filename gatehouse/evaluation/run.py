"""Runs the evaluations that a change needs: what is stored is not asked, and what fails, fails alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from catalog.entries import Catalog, Model
from catalog.touched import Touched
from gatehouse.errors import OutsideError
from gatehouse.evaluation.addresses import api_key, check_names
from gatehouse.evaluation.asking import Refused
from gatehouse.evaluation.gathering import Gathered, Progress, Start, gather
from gatehouse.evaluation.questions import UnaskableError, questions, source_of
from gatehouse.evaluation.scoring import AskedSide, evidence
from gatehouse.evaluation.store import AnswerStore
from gatehouse.evaluation.trials import Side, Trial, plan_trials
from policies.evals.gate import judge_evaluation
from policies.evals.wording import count
from policies.verdict import Evaluation, Finding, Gate, GateVerdict, Outcome, Severity

Evaluated = tuple[Evaluation | None, GateVerdict]


@dataclass(frozen=True)
class _Prepared:
    """A trial with every request worked out. `unasked` says why base cannot be asked head's cases, if it cannot."""

    trial: Trial
    head: AskedSide
    base: AskedSide | None
    unasked: UnaskableError | None = None

    @property
    def sides(self) -> tuple[AskedSide, ...]:
        return (self.head, self.base) if self.base else (self.head,)


def evaluate(
    head: Catalog,
    base: Catalog | None,
    touched: Touched,
    *,
    addresses: Mapping[str, str] | None = None,
    api_key_env: str | None = None,
    progress: Progress | None = None,
    start: Start | None = None,
) -> list[Evaluated]:
    """Compare base and head for every touched prompt and model, on the cases of head's suites.

    `addresses` are the models' own (`http://host:port`, without /v1); a model without one is served here for as long as
    it is needed, and not at all when every answer is stored. `api_key_env` names the variable that holds the key for
    the addresses. `progress` is told (done, total, subject). A subject whose model fails has the outcome `failed` and
    no evaluation. Raises UsageError for wrong addresses or keys, OutsideError when the store of answers is unusable.
    """
    addresses = dict(addresses or {})
    check_names(addresses, {*head.models, *(base.models if base else ())})
    key = api_key(api_key_env, addresses)
    prepared = [
        item if isinstance(item, GateVerdict) else _prepare(item, head, addresses)
        for item in plan_trials(head, base, touched)
    ]
    trials = {str(item.trial.subject): item.sides for item in prepared if isinstance(item, _Prepared)}
    if not trials:
        return [(None, item) for item in prepared if isinstance(item, GateVerdict)]
    with AnswerStore() as store:
        gathered = gather(trials, store, key=key, start=start or _start_here, progress=progress)
        store.prune()
    return [(None, item) if isinstance(item, GateVerdict) else _judged(item, gathered) for item in prepared]


def _start_here(model: Model) -> AbstractContextManager[str]:
    from gatehouse.evaluation.local_model import local_model

    return local_model(model)


def _prepare(trial: Trial, head: Catalog, addresses: Mapping[str, str]) -> _Prepared | GateVerdict:
    def ask(side: Side) -> AskedSide:
        source = source_of(side.model, head.models.get(side.model.name), addresses)
        return AskedSide(side, source, tuple(questions(side, source, trial.suite.cases, trial.gate.repeats)))

    try:
        asked = ask(trial.head)
    except UnaskableError as error:
        return _unaskable(trial, error)
    if trial.base is None:
        return _Prepared(trial, asked, None)
    try:
        return _Prepared(trial, asked, ask(trial.base))
    except UnaskableError as error:
        return _Prepared(trial, asked, None, error)


def _judged(prepared: _Prepared, gathered: Gathered) -> Evaluated:
    started = time.monotonic()
    trial = prepared.trial
    model_seconds = sum(map(gathered.model_seconds, prepared.sides))
    if (failure := gathered.failure(prepared.sides)) is not None:
        return None, _failed(trial, failure).model_copy(
            update={"seconds": model_seconds, "model_seconds": model_seconds}
        )
    evaluation = evidence(trial, prepared.base, prepared.head, gathered.answers, frozenset(gathered.fresh))
    verdict = judge_evaluation(evaluation, trial.gate)
    if prepared.unasked is not None:
        verdict = _without_base(verdict, trial, prepared.unasked)
    return evaluation, verdict.model_copy(
        update={
            "findings": (*verdict.findings, *trial.findings, *_refusals(prepared, gathered)),
            "seconds": time.monotonic() - started + model_seconds,
            "model_seconds": model_seconds,
        }
    )


def _verdict(trial: Trial, outcome: Outcome, finding: Finding) -> GateVerdict:
    return GateVerdict(
        gate=Gate.evaluation,
        subject=trial.subject,
        outcome=outcome,
        headline=finding.message,
        findings=(finding, *trial.findings),
    )


def _failed(trial: Trial, error: OutsideError) -> GateVerdict:
    finding = Finding(
        severity=Severity.block,
        rule="models-answer",
        message=error.problem,
        subject=str(trial.subject),
        fix=error.remedy or None,
    )
    return _verdict(trial, Outcome.failed, finding)


def _unaskable(trial: Trial, error: UnaskableError) -> GateVerdict:
    finding = Finding(
        severity=Severity.block,
        rule="every-case-can-be-asked",
        message=str(error),
        path=error.case.path or str(trial.suite.path),
        line=error.case.line,
        subject=str(trial.subject),
        fix="Mend the case or the prompt.",
    )
    return _verdict(trial, Outcome.invalid, finding)


def _without_base(verdict: GateVerdict, trial: Trial, error: UnaskableError) -> GateVerdict:
    """Floors still hold; beyond them nothing is known."""
    finding = Finding(
        severity=Severity.warn,
        rule="base-and-head-answer-the-same-cases",
        message=f"Base cannot be asked head's cases: {error}",
        path=error.case.path or str(trial.suite.path),
        line=error.case.line,
        subject=str(trial.subject),
        fix="Keep base's variables in the cases until the change is merged.",
    )
    if verdict.outcome is not Outcome.passed:
        return verdict.model_copy(update={"findings": (*verdict.findings, finding)})
    return verdict.model_copy(
        update={"outcome": Outcome.undecided, "headline": finding.message, "findings": (finding,)}
    )


def _refusals(prepared: _Prepared, gathered: Gathered) -> Iterator[Finding]:
    """A warning for each side of which the model's server did not take every case."""
    for name, side in zip(("Head", "Base"), prepared.sides, strict=False):
        answers = [gathered.answers[question.key] for question in side.questions]
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        if refused:
            yield Finding(
                severity=Severity.warn,
                rule="models-take-every-case",
                message=f"{name}: {count(len(refused), 'case')} refused by the model's server: {refused[0].reason}.",
                path=str(prepared.trial.suite.path),
                subject=str(prepared.trial.subject),
            )
