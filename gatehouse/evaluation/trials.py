"""What has to be compared with what, for a change: pure planning over two catalogues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.entries import Catalog, Model, Prompt, Suite, Variant
from catalog.model import Task
from catalog.suite import GateSpec
from catalog.touched import Touched
from gatehouse.evaluation.suite_changes import changes_of, stricter
from policies.verdict import Finding, Gate, GateVerdict, Outcome, Severity, Subject, SubjectKind


@dataclass(frozen=True)
class Side:
    """What is asked on one side: a variant of a prompt with its model, or a model alone."""

    model: Model
    variant: Variant | None = None

    @property
    def name(self) -> str:
        """The variant, or the model where there is none."""
        return self.variant.name if self.variant else self.model.name


@dataclass(frozen=True)
class Trial:
    """One comparison on the cases of head's suite. `findings` are about the suite itself."""

    subject: Subject
    suite: Suite
    gate: GateSpec
    head: Side
    base: Side | None
    findings: tuple[Finding, ...] = ()


def plan_trials(head: Catalog, base: Catalog | None, touched: Touched) -> list[Trial | GateVerdict]:
    """A trial for everything that is touched, in the order of the names; a verdict for what cannot be tried.

    For a prompt: its live variant at base against that at head, and each candidate against the live one. For a
    model: its own suite, and the prompts that it answers.
    """
    planned: list[Trial | GateVerdict] = []
    for name in sorted(touched.models & head.models.keys()):
        planned += _model_trials(head, base, head.models[name])
    for name in sorted(touched.prompts & head.prompts.keys()):
        planned += _prompt_trials(head, base, head.prompts[name])
    return planned


def _model_trials(head: Catalog, base: Catalog | None, model: Model) -> Iterator[Trial | GateVerdict]:
    before = base.models.get(model.name) if base else None
    subject = Subject(kind=SubjectKind.model, name=model.name)
    suite = model.suite
    if suite is None:
        if before is not None and before.suite is not None:
            yield _suite_removed(subject, before.suite)
        elif not any(model.name in prompt.models for prompt in head.prompts.values()):
            yield _no_suite(subject, f"models/{model.name}")
        return
    yield Trial(
        subject=subject,
        suite=suite,
        gate=stricter(suite, before.suite if before else None),
        head=Side(model),
        base=Side(before) if before and before.spec.task is model.spec.task else None,
        findings=changes_of(subject, suite, before.suite if before else None),
    )


def _prompt_trials(head: Catalog, base: Catalog | None, prompt: Prompt) -> Iterator[Trial | GateVerdict]:
    before = base.prompts.get(prompt.name) if base else None
    subject = Subject(kind=SubjectKind.prompt, name=prompt.name)
    suite = prompt.suite
    if suite is None:
        if before is not None and before.suite is not None:
            yield _suite_removed(subject, before.suite)
        else:
            yield _no_suite(subject, f"prompts/{prompt.name}")
        return
    gate = stricter(suite, before.suite if before else None)
    findings = changes_of(subject, suite, before.suite if before else None)
    live = _side(head, prompt.live)
    yield Trial(subject, suite, gate, live, _side(base, before.live) if base and before else None, findings)
    for candidate in prompt.rollout.candidates:
        variant = prompt.variants[candidate.variant]
        name = f"{prompt.name}/{variant.name}"
        yield Trial(Subject(kind=SubjectKind.prompt, name=name), suite, gate, _side(head, variant), live)


def _side(catalog: Catalog, variant: Variant) -> Side:
    return Side(catalog.models[variant.spec.model], variant)


def _no_suite(subject: Subject, folder: str) -> GateVerdict:
    return _unjudged(
        subject,
        Outcome.undecided,
        Finding(
            severity=Severity.warn,
            rule="everything-has-a-suite",
            message="There is no suite, so nobody knows whether it is good.",
            path=folder,
            subject=str(subject),
            fix=f"Write {folder}/evals.yaml with cases and assertions.",
        ),
    )


def _suite_removed(subject: Subject, suite: Suite) -> GateVerdict:
    return _unjudged(
        subject,
        Outcome.blocked,
        Finding(
            severity=Severity.block,
            rule="suites-are-not-removed",
            message="The change removes the suite by which it would be judged.",
            path=str(suite.path),
            subject=str(subject),
            fix="Put the suite back.",
        ),
    )


def _unjudged(subject: Subject, outcome: Outcome, finding: Finding) -> GateVerdict:
    return GateVerdict(
        gate=Gate.evaluation, subject=subject, outcome=outcome, headline=finding.message, findings=(finding,)
    )


def narrowed(head: Catalog, touched: Touched, prompts: Iterable[str], models: Iterable[str]) -> Touched:
    """Only these prompts, and these models with the prompts that they answer, whether touched or not."""
    prompts, models = frozenset(prompts), frozenset(models)
    if not prompts and not models:
        return touched
    answered = {name for name, prompt in head.prompts.items() if prompt.models & models}
    return Touched(models=models, prompts=frozenset(prompts | answered), stacks=frozenset())


def is_text(model: Model) -> bool:
    """Does the model write text, and not labels?"""
    return model.spec.task is Task.text_generation
