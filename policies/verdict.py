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

    severity: Severity = Field(description="Does it stop the change, warn, or explain.")
    message: str = Field(description="What is wrong, in plain text.")
    rule: str | None = Field(
        default=None, description="Name of the rule that found it, such as `gpu-pools-have-a-ceiling`."
    )
    path: str | None = Field(default=None, description="File, from the root of the repository.")
    line: int | None = Field(default=None, description="Line in that file, from 1.")
    subject: str | None = Field(
        default=None, description="What it is about within the file or the stack, such as a resource."
    )
    fix: str | None = Field(default=None, description="What to do about it.")
    reference: str | None = Field(default=None, description="Where the rule is explained.")


class SubjectKind(StrEnum):
    """What a verdict can be about."""

    repository = "repository"
    model = "model"
    prompt = "prompt"
    stack = "stack"


class Subject(Evidence):
    """A model, a prompt or a stack by name; the repository for what belongs to none."""

    kind: SubjectKind = Field(description="Model, prompt, stack or repository.")
    name: str = Field(description="Its name: the folder or the stack.")

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}"


class GateVerdict(Evidence):
    """What one gate says of one subject, and why, in one line first."""

    gate: Gate = Field(description="Which check speaks.")
    subject: Subject = Field(description="What it is about.")
    outcome: Outcome = Field(description="What it says.")
    headline: str = Field(description="One line of plain text.")
    findings: tuple[Finding, ...] = Field(default=(), description="Why, one by one.")
    seconds: float = Field(default=0.0, ge=0, description="Wall-clock time that the gate took.")
    model_seconds: float = Field(default=0.0, ge=0, description="The part of it that was spent waiting for models.")


class Interval(Evidence):
    """A 95 % interval."""

    low: float = Field(description="Lower end.")
    high: float = Field(description="Upper end.")


class CaseResult(Evidence):
    """One case, asked once."""

    case: str = Field(description="Stable identity: a hash of variables and assertions, with the repeat.")
    description: str = Field(description="The case in the words of the suite.")
    slice: str | None = Field(default=None, description="The group to which the case belongs.")
    passed: bool = Field(description="Did its assertions reach the threshold.")
    score: float = Field(ge=0, le=1, description="Weighted share of the assertions that held.")
    output: str = Field(description="At most 2,000 characters.")
    failed_assertions: tuple[str, ...] = Field(
        default=(), description="What did not hold, each as a line of plain text."
    )
    broken_assertions: tuple[str, ...] = Field(
        default=(), description="What could not be judged, such as a pattern that was stopped; never a pass."
    )
    latency_ms: float = Field(ge=0, description="Milliseconds to the whole answer.")
    input_tokens: int = Field(default=0, ge=0, description="Tokens sent.")
    output_tokens: int = Field(default=0, ge=0, description="Tokens received.")
    usd: float = Field(default=0.0, ge=0, description="US dollars by the model's token price; 0 where it has none.")
    cached: bool = Field(default=False, description="Answered from the store, without asking the model.")


class SliceResult(Evidence):
    """The cases that share a `slice`."""

    name: str = Field(description="The slice.")
    cases: int = Field(description="How many cases it has.")
    base_pass_rate: float | None = Field(description="Share that passes at base, 0 to 1; none without a base.")
    head_pass_rate: float = Field(description="Share that passes at head, 0 to 1.")


class SideResult(Evidence):
    """All cases on one side of the comparison."""

    variant: str = Field(description="The variant of the prompt that was asked; the name of the model for a model.")
    model: str = Field(description="The model that answered.")
    model_digest: str = Field(description="Digest of that model.")
    cases: tuple[CaseResult, ...] = Field(description="One result a case and repeat.")
    pass_rate: float = Field(description="Share of the cases that pass, 0 to 1.")
    pass_rate_interval: Interval = Field(description="Wilson score interval.")
    latency_p50_ms: float = Field(description="Half of the answers came within so many milliseconds.")
    latency_p95_ms: float = Field(description="95 of 100 answers came within so many milliseconds.")
    input_tokens_mean: float = Field(description="Tokens sent, a case.")
    output_tokens_mean: float = Field(description="Tokens received, a case.")
    usd: float = Field(description="US dollars for all cases, at the token price.")
    calibration_error: float | None = Field(
        default=None, description="Expected calibration error, 0 to 1; tabular models only."
    )
    brier_score: float | None = Field(default=None, description="Brier score, 0 is best; tabular models only.")


class Comparison(Evidence):
    """Base against head on the same cases. The 2 x 2 table of the pairs and what follows from it."""

    both_pass: int = Field(description="Cases that pass on both sides.")
    only_base_passes: int = Field(description="Cases that head breaks.")
    only_head_passes: int = Field(description="Cases that head fixes.")
    neither_passes: int = Field(description="Cases that pass on no side.")
    p_value: float = Field(description="Exact two-sided McNemar test.")
    difference: float = Field(description="Head's pass rate minus base's.")
    difference_interval: Interval = Field(description="95 % interval of the difference.")
    smallest_effect: float = Field(description="The smallest loss that matters, as a share of the cases.")
    cases_needed: int | None = Field(default=None, description="More cases after which a decision could be had.")


class RenderedCase(Evidence):
    """One case as each side sends it to the model."""

    case: str = Field(description="The case, as in the results.")
    description: str = Field(description="The case in the words of the suite.")
    base: str | None = Field(description="What base sends; none without a base.")
    head: str = Field(description="What head sends.")
    base_tokens: int | None = Field(description="Tokens that base sends.")
    head_tokens: int = Field(description="Tokens that head sends.")


class Evaluation(Evidence):
    """A suite, run for base and head."""

    subject: Subject = Field(description="The prompt or model.")
    suite: str = Field(description="Path of evals.yaml.")
    suite_digest: str = Field(description="Digest of the suite with all its cases.")
    base: SideResult | None = Field(description="Results before the change; none for something new.")
    head: SideResult = Field(description="Results after the change.")
    comparison: Comparison | None = Field(description="What follows from the pairs; none without a base.")
    slices: tuple[SliceResult, ...] = Field(default=(), description="Results by slice.")
    rendered: tuple[RenderedCase, ...] = Field(
        default=(), description="A few cases as they are sent, for the difference of the prompt."
    )
    model_calls: int = Field(description="Answers that the models were asked for.")
    stored_answers: int = Field(description="Answers that came out of the store.")


class CostLine(Evidence):
    """One priced resource, in US dollars a month, as exact decimal strings."""

    resource: str = Field(description="Name of the resource in the stack.")
    description: str = Field(description="What is paid for.")
    low_usd_per_month: str = Field(description="With the least use.")
    expected_usd_per_month: str = Field(description="With the use that is expected.")
    high_usd_per_month: str = Field(description="With the most use that the stack allows.")
    source: str = Field(description="Where the price comes from.")
    priced_on: str = Field(description="The day of the price.")


class CostEstimate(Evidence):
    """What a stack costs. What has no price is named, and counts as unknown, never as 0."""

    stack: str = Field(description="Name of the stack.")
    price_book_date: str = Field(description="The day of the price book.")
    lines: tuple[CostLine, ...] = Field(description="What has a price.")
    unpriced: tuple[str, ...] = Field(description="What costs money and has no price in the book.")
    free: tuple[str, ...] = Field(default=(), description="What costs nothing.")
    share_priced: float = Field(ge=0, le=1, description="Of the resources that cost money, how many have a price.")
    low_usd_per_month: str = Field(description="Sum with the least use.")
    expected_usd_per_month: str = Field(description="Sum with the use that is expected.")
    high_usd_per_month: str = Field(description="Sum with the most use that the stack allows.")
    base_expected_usd_per_month: str | None = Field(default=None, description="The expected sum before the change.")
    budget_usd_per_month: str | None = Field(default=None, description="The stack's own budget.")


class PlanStep(Evidence):
    """What the engine would do to one resource."""

    op: str = Field(description="create, update, replace, delete, same.")
    urn: str = Field(description="Pulumi's name of the resource.")
    type: str = Field(description="Type of the resource.")
    name: str = Field(description="Short name of the resource.")
    changed: tuple[str, ...] = Field(default=(), description="Properties that change.")
    protected: bool = Field(default=False, description="The program asks the engine never to delete it.")


class Plan(Evidence):
    """The real engine's preview of one stack."""

    stack: str = Field(description="Name of the stack.")
    deployed_before: bool = Field(description="False for a stack that does not exist yet.")
    steps: tuple[PlanStep, ...] = Field(description="One a resource.")
    diagnostics: tuple[Finding, ...] = Field(default=(), description="What the engine and the program said on the way.")

    def count(self, op: str) -> int:
        """How many steps have this operation."""
        return sum(step.op == op for step in self.steps)


class Timing(Evidence):
    """Where the time went."""

    name: str = Field(description="The part of the check.")
    seconds: float = Field(description="Wall-clock time.")
    model_seconds: float = Field(default=0.0, description="The part of it spent waiting for models.")


class Verdict(Evidence):
    """verdict.json: the pull request's verdict is the worst of its gates."""

    schema_version: int = Field(default=1, description="Grows when a reader of the file must change.")
    outcome: Outcome = Field(description="The worst of the gates.")
    created: str = Field(description="UTC, ISO 8601.")
    gatehouse_version: str = Field(description="Version that wrote the file.")
    base: str | None = Field(description="Commit compared with, or none when the whole tree was checked.")
    head: str = Field(description="Commit checked; ends in -dirty with uncommitted changes.")
    inputs_digest: str = Field(description="Of every file that decides what is deployed; `up` compares it.")
    stack_digests: dict[str, str] = Field(default_factory=dict, description="The same, per checked stack.")
    changed_files: tuple[str, ...] = Field(default=(), description="Paths that differ from base.")
    gates: tuple[GateVerdict, ...] = Field(description="What each gate says of each subject.")
    evaluations: tuple[Evaluation, ...] = Field(default=(), description="Evidence of the evaluation gate.")
    costs: tuple[CostEstimate, ...] = Field(default=(), description="Evidence of the cost gate, one a stack.")
    plans: tuple[Plan, ...] = Field(default=(), description="Evidence of the plan gate, one a stack.")
    timings: tuple[Timing, ...] = Field(default=(), description="Where the time went.")
    seconds: float = Field(default=0.0, description="Wall-clock time of the whole check.")

    @classmethod
    def of(cls, gates: Iterable[GateVerdict], **facts: Any) -> Self:
        """Put the gates' verdicts together with the facts; the outcome follows from the gates alone."""
        gates = tuple(gates)
        return cls(outcome=worst(gate.outcome for gate in gates), gates=gates, **facts)
