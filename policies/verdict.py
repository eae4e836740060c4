"""The shared word: what a gate found, what it says, and the verdict that follows from all of them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field


class Evidence(BaseModel):
    """A fact that was gathered, never changed afterwards. Written to verdict.json as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Outcome(StrEnum):
    """What a gate says. `invalid` and `failed` are reasons of their own not to merge; none is ever a guess."""

    passed = "pass"
    undecided = "undecided"
    failed = "failed"
    invalid = "invalid"
    blocked = "block"


_WORST_LAST = (Outcome.passed, Outcome.undecided, Outcome.failed, Outcome.invalid, Outcome.blocked)
_EXIT_CODES = {
    Outcome.passed: 0,
    Outcome.blocked: 1,
    Outcome.invalid: 2,
    Outcome.undecided: 3,
    Outcome.failed: 4,
}


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that decides; nothing at all is a pass, since nothing was touched."""
    return max(outcomes, key=_WORST_LAST.index, default=Outcome.passed)


def exit_code(outcome: Outcome) -> int:
    """0 pass, 1 blocked, 2 the files are wrong, 3 undecided, 4 something outside failed."""
    return _EXIT_CODES[outcome]


class Gate(StrEnum):
    """The checks of a pull request, in the order in which a comment shows them."""

    files = "files"
    plan = "plan"
    policy = "policy"
    cost = "cost"
    evaluation = "evaluation"


class Severity(StrEnum):
    """`block` stops the change, `warn` is shown, `note` explains."""

    block = "block"
    warn = "warn"
    note = "note"


class Finding(Evidence):
    """One thing a person should know. Text may come from a pull request or a model: whoever shows it escapes it."""

    severity: Severity
    message: str
    rule: str | None = None
    path: str | None = None
    line: int | None = None
    subject: str | None = None
    fix: str | None = None
    reference: str | None = None


class SubjectKind(StrEnum):
    """What a verdict can be about."""

    repository = "repository"
    model = "model"
    prompt = "prompt"
    stack = "stack"


class Subject(Evidence):
    """A model, a prompt or a stack by name; the repository for what belongs to none."""

    kind: SubjectKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}"


class GateVerdict(Evidence):
    """What one gate says of one subject, and why, in one line first."""

    gate: Gate
    subject: Subject
    outcome: Outcome
    headline: str = Field(description="One line of plain text.")
    findings: tuple[Finding, ...] = ()
    seconds: float = Field(default=0.0, ge=0, description="Wall-clock time that the gate took.")
    model_seconds: float = Field(default=0.0, ge=0, description="The part of it that was spent waiting for models.")


class Interval(Evidence):
    """A 95 % interval."""

    low: float
    high: float


class CaseResult(Evidence):
    """One case, asked once."""

    case: str = Field(description="Stable identity: a hash of variables and assertions, with the repeat.")
    description: str
    slice: str | None = None
    passed: bool
    score: float = Field(ge=0, le=1)
    output: str = Field(description="At most 2,000 characters.")
    failed_assertions: tuple[str, ...] = ()
    latency_ms: float = Field(ge=0)
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    usd: float = Field(default=0.0, ge=0)
    cached: bool = Field(default=False, description="Answered from the store, without asking the model.")


class SliceResult(Evidence):
    """The cases that share a `slice`."""

    name: str
    cases: int
    base_pass_rate: float | None
    head_pass_rate: float


class SideResult(Evidence):
    """All cases on one side of the comparison."""

    variant: str
    model: str
    model_digest: str
    cases: tuple[CaseResult, ...]
    pass_rate: float
    pass_rate_interval: Interval = Field(description="Wilson score interval.")
    latency_p50_ms: float
    latency_p95_ms: float
    input_tokens_mean: float
    output_tokens_mean: float
    usd: float
    calibration_error: float | None = None
    brier_score: float | None = None


class Comparison(Evidence):
    """Base against head on the same cases. The 2 x 2 table of the pairs and what follows from it."""

    both_pass: int
    only_base_passes: int
    only_head_passes: int
    neither_passes: int
    p_value: float = Field(description="Exact two-sided McNemar test.")
    difference: float = Field(description="Head's pass rate minus base's.")
    difference_interval: Interval
    smallest_effect: float
    cases_needed: int | None = Field(default=None, description="More cases after which a decision could be had.")


class RenderedCase(Evidence):
    """One case as each side sends it to the model."""

    case: str
    description: str
    base: str | None
    head: str
    base_tokens: int | None
    head_tokens: int


class Evaluation(Evidence):
    """A suite, run for base and head."""

    subject: Subject
    suite: str = Field(description="Path of evals.yaml.")
    suite_digest: str
    base: SideResult | None
    head: SideResult
    comparison: Comparison | None
    slices: tuple[SliceResult, ...] = ()
    rendered: tuple[RenderedCase, ...] = ()
    model_calls: int = Field(description="Answers that the models were asked for.")
    stored_answers: int = Field(description="Answers that came out of the store.")


class CostLine(Evidence):
    """One priced resource, in US dollars a month, as exact decimal strings."""

    resource: str
    description: str
    low_usd_per_month: str
    expected_usd_per_month: str
    high_usd_per_month: str
    source: str
    priced_on: str


class CostEstimate(Evidence):
    """What a stack costs. What has no price is named, and counts as unknown, never as 0."""

    stack: str
    price_book_date: str
    lines: tuple[CostLine, ...]
    unpriced: tuple[str, ...]
    free: tuple[str, ...] = ()
    share_priced: float = Field(ge=0, le=1, description="Of the resources that cost money, how many have a price.")
    low_usd_per_month: str
    expected_usd_per_month: str
    high_usd_per_month: str
    base_expected_usd_per_month: str | None = None
    budget_usd_per_month: str | None = None


class PlanStep(Evidence):
    """What the engine would do to one resource."""

    op: str = Field(description="create, update, replace, delete, same.")
    urn: str
    type: str
    name: str
    changed: tuple[str, ...] = ()


class Plan(Evidence):
    """The real engine's preview of one stack."""

    stack: str
    deployed_before: bool
    steps: tuple[PlanStep, ...]

    def count(self, op: str) -> int:
        """How many steps have this operation."""
        return sum(step.op == op for step in self.steps)


class Timing(Evidence):
    """Where the time went."""

    name: str
    seconds: float
    model_seconds: float = 0.0


class Verdict(Evidence):
    """verdict.json: the pull request's verdict is the worst of its gates."""

    schema_version: int = 1
    outcome: Outcome
    created: str = Field(description="UTC, ISO 8601.")
    gatehouse_version: str
    base: str | None = Field(description="Commit compared with, or none when the whole tree was checked.")
    head: str = Field(description="Commit checked; ends in -dirty with uncommitted changes.")
    inputs_digest: str = Field(description="Of every file that decides what is deployed; `up` compares it.")
    stack_digests: dict[str, str] = Field(default_factory=dict, description="The same, per checked stack.")
    changed_files: tuple[str, ...] = ()
    gates: tuple[GateVerdict, ...]
    evaluations: tuple[Evaluation, ...] = ()
    costs: tuple[CostEstimate, ...] = ()
    plans: tuple[Plan, ...] = ()
    timings: tuple[Timing, ...] = ()
    seconds: float = 0.0

    @classmethod
    def of(cls, gates: Iterable[GateVerdict], **facts: Any) -> Self:
        """Put the gates' verdicts together with the facts; the outcome follows from the gates alone."""
        gates = tuple(gates)
        return cls(outcome=worst(gate.outcome for gate in gates), gates=gates, **facts)
