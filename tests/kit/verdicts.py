"""Builders of verdicts as the gates make them: one for each kind of outcome, a large one, a hostile one."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, sqrt
from random import Random

from policies.verdict import (
    CaseResult,
    Comparison,
    CostEstimate,
    CostLine,
    Evaluation,
    Finding,
    Gate,
    GateVerdict,
    Interval,
    Outcome,
    Plan,
    PlanStep,
    RenderedCase,
    Severity,
    SideResult,
    SliceResult,
    Subject,
    SubjectKind,
    Timing,
    Verdict,
)

ROUTING = Subject(kind=SubjectKind.prompt, name="ticket-routing")
TABULAR = Subject(kind=SubjectKind.model, name="breast-cancer")
LOCAL = Subject(kind=SubjectKind.stack, name="local")
REPOSITORY = Subject(kind=SubjectKind.repository, name="repository")

TICKETS = (
    ("billing", "I was charged twice for the same invoice in March"),
    ("technical", "The app crashes whenever I open the camera"),
    ("account", "How do I change the email address that I log in with?"),
    ("billing", "Please refund the yearly plan, I only wanted a month"),
    ("technical", "Sync has been stuck at 99 percent since the update"),
    ("account", "Someone else seems to be logged in as me"),
    ("billing", "Your VAT number is missing on my receipt"),
    ("technical", "Notifications arrive hours late on Android 14"),
    ("account", "Please close my account and delete my data"),
)
BASE_PROMPT = """Sort the ticket into one of: billing, technical, account.

Ticket: {ticket}
Class:"""
HEAD_PROMPT = """Sort each support ticket into one class: billing, technical or account.

Ticket: My card was declined but the money is gone
Class: billing

Ticket: {ticket}
Class:"""
WORSE_PROMPT = """What kind of ticket is this?

Ticket: {ticket}
Class:"""


def wilson(passed: int, cases: int) -> Interval:
    """The 95 % Wilson score interval."""
    if not cases:
        return Interval(low=0, high=1)
    z, rate = 1.96, passed / cases
    middle = (rate + z * z / (2 * cases)) / (1 + z * z / cases)
    half = z * sqrt(rate * (1 - rate) / cases + z * z / (4 * cases * cases)) / (1 + z * z / cases)
    return Interval(low=max(0, middle - half), high=min(1, middle + half))


def a_case(number: int, *, passed: bool, random: Random, slow: float = 1.0, tokens: int = 60) -> CaseResult:
    """One ticket, routed right or wrong."""
    slice_name, ticket = TICKETS[number % len(TICKETS)]
    wrong = next(name for name, _ in TICKETS[number % 3 :] if name != slice_name)
    return CaseResult(
        case=f"{number:06x}{'0' * 10}-0",
        description=ticket if number < len(TICKETS) else f"{ticket} ({number})",
        slice=slice_name,
        passed=passed,
        score=1.0 if passed else 0.0,
        output=f" {slice_name if passed else wrong}",
        failed_assertions=() if passed else (f"equals '{slice_name}': got '{wrong}'",),
        latency_ms=slow * (28 + random.lognormvariate(2.2, 0.6)),
        input_tokens=tokens + random.randrange(14),
        output_tokens=random.choice((1, 2, 2, 3)),
        cached=number % 5 == 0,
    )


def a_side(cases: Sequence[CaseResult], *, variant: str, model: str = "gemma-3-270m") -> SideResult:
    """What follows from the cases of one side."""
    passed = sum(case.passed for case in cases)
    latencies = sorted(case.latency_ms for case in cases)
    return SideResult(
        variant=variant,
        model=model,
        model_digest="sha256:a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        cases=tuple(cases),
        pass_rate=passed / len(cases),
        pass_rate_interval=wilson(passed, len(cases)),
        latency_p50_ms=latencies[len(latencies) // 2],
        latency_p95_ms=latencies[int(len(latencies) * 0.95)],
        input_tokens_mean=sum(case.input_tokens for case in cases) / len(cases),
        output_tokens_mean=sum(case.output_tokens for case in cases) / len(cases),
        usd=sum(case.usd for case in cases),
    )


def mcnemar(broken: int, fixed: int) -> float:
    """The exact two-sided test on the pairs that differ."""
    pairs = broken + fixed
    tail = sum(comb(pairs, number) for number in range(min(broken, fixed) + 1))
    return min(1.0, float(2 * tail / 2**pairs)) if pairs < 1000 else 0.0


def a_comparison(both: int, broken: int, fixed: int, neither: int, *, needed: int | None) -> Comparison:
    """The table of the pairs, with an interval around the difference."""
    cases = both + broken + fixed + neither
    difference = (fixed - broken) / cases
    half = 1.96 * sqrt(max(broken + fixed - (fixed - broken) ** 2 / cases, 0)) / cases
    return Comparison(
        both_pass=both,
        only_base_passes=broken,
        only_head_passes=fixed,
        neither_passes=neither,
        p_value=mcnemar(broken, fixed),
        difference=difference,
        difference_interval=Interval(low=max(-1, difference - half), high=min(1, difference + half)),
        smallest_effect=0.02,
        cases_needed=needed,
    )


def an_evaluation(
    *,
    both: int = 118,
    broken: int = 4,
    fixed: int = 53,
    neither: int = 37,
    needed: int | None = None,
    subject: Subject = ROUTING,
    seed: int = 7,
) -> Evaluation:
    """A suite run for base and head, with so many cases of each fate, well mixed."""
    random = Random(seed)  # noqa: S311 - the same numbers each time are the point
    fates = [(True, True)] * both + [(True, False)] * broken + [(False, True)] * fixed + [(False, False)] * neither
    random.shuffle(fates)
    base = [a_case(i, passed=before, random=random) for i, (before, _) in enumerate(fates)]
    head = [a_case(i, passed=after, random=random, slow=1.12, tokens=104) for i, (_, after) in enumerate(fates)]
    return Evaluation(
        subject=subject,
        suite=f"{subject.kind.value}s/{subject.name}/evals.yaml",
        suite_digest="sha256:" + "5e" * 32,
        base=a_side(base, variant="v1"),
        head=a_side(head, variant="v2"),
        comparison=a_comparison(both, broken, fixed, neither, needed=needed),
        slices=_slices(base, head),
        rendered=tuple(a_rendered(case, HEAD_PROMPT if fixed > broken else WORSE_PROMPT) for case in head[:3]),
        model_calls=len(fates) * 2 - 40,
        stored_answers=40,
    )


def a_small_evaluation(*, broken: int, fixed: int, needed: int | None = None) -> Evaluation:
    """So few cases that a comment about them can be read at a glance."""
    whole = an_evaluation(both=40, broken=broken, fixed=fixed, neither=20 - broken - fixed, needed=needed, seed=3)
    return whole.model_copy(update={"rendered": whole.rendered[:1]})


def told(evaluation: Evaluation) -> str:
    """The difference in words, as the gate says it."""
    found = evaluation.comparison
    assert found is not None
    p_value = "p < 0.001" if found.p_value < 0.001 else f"p = {found.p_value:.3f}"
    return (
        f"{abs(found.difference) * 100:.1f} points {'more' if found.difference > 0 else 'fewer'} cases pass; {p_value}"
    )


def interval(evaluation: Evaluation) -> str:
    """The interval of the difference in words."""
    found = evaluation.comparison
    assert found is not None
    return f"{found.difference_interval.low * 100:+.1f} to {found.difference_interval.high * 100:+.1f} points"


def _slices(base: Sequence[CaseResult], head: Sequence[CaseResult]) -> tuple[SliceResult, ...]:
    found = []
    for name in sorted({case.slice for case in head if case.slice}):
        inside = [(b.passed, h.passed) for b, h in zip(base, head, strict=True) if h.slice == name]
        rates = [sum(side) / len(inside) for side in zip(*inside, strict=True)]
        found.append(SliceResult(name=name, cases=len(inside), base_pass_rate=rates[0], head_pass_rate=rates[1]))
    return tuple(found)


def a_rendered(case: CaseResult, head_prompt: str) -> RenderedCase:
    """A ticket in both prompts, with about as many tokens as a model would count."""
    base, head = (text.format(ticket=case.description) for text in (BASE_PROMPT, head_prompt))
    return RenderedCase(
        case=case.case,
        description=case.description,
        base=base,
        head=head,
        base_tokens=round(len(base) / 3.6),
        head_tokens=round(len(head) / 3.6),
    )


def a_gate(
    gate: Gate,
    subject: Subject,
    outcome: Outcome = Outcome.passed,
    headline: str = "nothing to object to",
    *findings: Finding,
    seconds: float = 0.4,
    model_seconds: float = 0.0,
) -> GateVerdict:
    """What one gate says."""
    return GateVerdict(
        gate=gate,
        subject=subject,
        outcome=outcome,
        headline=headline,
        findings=findings,
        seconds=seconds,
        model_seconds=model_seconds,
    )


def a_plan(stack: str = "local") -> Plan:
    """A new prompt for a gateway that runs already."""
    names = {
        "ServedConfig": ("update", "served", ("config.prompts.ticket-routing.live", "config.prompts.ticket-routing")),
        "Process": ("same", "gemma-3-270m", ()),
        "Gateway": ("same", "gateway", ()),
    }
    return Plan(
        stack=stack,
        deployed_before=True,
        steps=tuple(
            PlanStep(
                op=op,
                urn=f"urn:pulumi:{stack}::gatehouse::pulumi-python:dynamic/gatehouse:{kind}::{name}",
                type=f"gatehouse:{kind}",
                name=name,
                changed=changed,
            )
            for kind, (op, name, changed) in names.items()
        ),
    )


def a_cost(
    stack: str = "local", *, expected: str = "14.40", high: str = "22.75", base: str | None = "14.40"
) -> CostEstimate:
    """Two processes on one machine."""
    return CostEstimate(
        stack=stack,
        price_book_date="2026-11-01",
        lines=(
            CostLine(
                resource="gemma-3-270m",
                description="0.5 core, 700 MiB, all month",
                low_usd_per_month="9.10",
                expected_usd_per_month=expected,
                high_usd_per_month=high,
                source="electricity and write-off of one machine",
                priced_on="2026-11-01",
            ),
        ),
        unpriced=(),
        free=("served",),
        share_priced=1.0,
        low_usd_per_month="9.10",
        expected_usd_per_month=expected,
        high_usd_per_month=high,
        base_expected_usd_per_month=base,
        budget_usd_per_month="40.00",
    )


TIMINGS = (
    Timing(name="read the files", seconds=0.3),
    Timing(name="evaluate prompt ticket-routing", seconds=31.2, model_seconds=28.9),
    Timing(name="stack local: preview", seconds=6.4),
    Timing(name="stack local: policy and cost", seconds=0.1),
)
_NO_ALARM = Finding(
    severity=Severity.warn,
    rule="endpoints-have-an-error-alarm",
    message="The endpoint has no alarm on its error rate.",
    subject="gemma-3-270m",
)
_STACK_GATES = (
    a_gate(Gate.plan, LOCAL, Outcome.passed, "1 resource is updated, 2 stay", seconds=6.4),
    a_gate(Gate.policy, LOCAL, Outcome.passed, "8 rules hold for 3 resources", seconds=0.1),
    a_gate(Gate.cost, LOCAL, Outcome.passed, "within the budget of 40.00 USD a month", seconds=0.1),
)
_FILES = a_gate(Gate.files, REPOSITORY, Outcome.passed, "3 changed files are well formed", seconds=0.3)


def a_verdict(*gates: GateVerdict, **facts: object) -> Verdict:
    """A verdict of these gates; facts that are not given are those of the sample change."""
    given = {
        "created": "2026-11-23T09:41:07Z",
        "gatehouse_version": "0.1.0",
        "base": "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678",
        "head": "fe3a4510c2d4b6a8e0f1c3d5b7a9e1f2c4d6b8a0",
        "inputs_digest": "sha256:" + "ab" * 32,
        "stack_digests": {"local": "sha256:" + "cd" * 32},
        "changed_files": ("prompts/ticket-routing/v2.prompt", "prompts/ticket-routing/rollout.yaml"),
        "seconds": 38.4,
    }
    return Verdict.of(gates, **{**given, **facts})


def _evaluated(outcome: Outcome, headline: str, *findings: Finding) -> GateVerdict:
    return a_gate(Gate.evaluation, ROUTING, outcome, headline, *findings, seconds=31.2, model_seconds=28.9)


def a_pass(evaluation: Evaluation | None = None) -> Verdict:
    """A prompt that answers more tickets right."""
    better = evaluation or an_evaluation()
    plan, policy, cost = _STACK_GATES
    warned = policy.model_copy(update={"findings": (_NO_ALARM,)})
    gates = (_FILES, plan, warned, cost, _evaluated(Outcome.passed, told(better)))
    return a_verdict(*gates, evaluations=(better,), plans=(a_plan(),), costs=(a_cost(),), timings=TIMINGS)


def a_block(evaluation: Evaluation | None = None) -> Verdict:
    """A prompt that answers fewer tickets right, in a stack that costs more than its budget."""
    worse = evaluation or an_evaluation(both=102, broken=41, fixed=9, neither=60)
    drop = Finding(
        severity=Severity.block,
        rule="no-loss-beyond-the-smallest-effect",
        message=f"{told(worse)} (95 % interval {interval(worse)}); a loss of more than 2.0 points blocks.",
        path="prompts/ticket-routing/evals.yaml",
        line=4,
        fix="Look at the cases that broke, or keep v1 live in rollout.yaml.",
    )
    dear = Finding(
        severity=Severity.block,
        rule="stacks-stay-within-their-budget",
        message="52.80 USD a month are expected, 12.80 more than the budget.",
        path="stacks/Pulumi.local.yaml",
        line=21,
        subject="gemma-3-270m",
        fix="Serve fewer replicas, or raise gatehouse:budget in a pull request of its own.",
    )
    plan, policy, _ = _STACK_GATES
    gates = (
        _FILES,
        plan,
        policy,
        a_gate(Gate.cost, LOCAL, Outcome.blocked, "over the budget of 40.00 USD a month", dear),
        _evaluated(Outcome.blocked, told(worse), drop),
    )
    cost = a_cost(expected="52.80", high="91.00")
    return a_verdict(*gates, evaluations=(worse,), plans=(a_plan(),), costs=(cost,), timings=TIMINGS)


def an_undecided(evaluation: Evaluation | None = None) -> Verdict:
    """A prompt that may be better, on too few cases."""
    unsure = evaluation or an_evaluation(both=22, broken=3, fixed=5, neither=10, needed=180)
    why = Finding(
        severity=Severity.warn,
        rule="a-decision-needs-enough-cases",
        message=f"The interval of the difference, {interval(unsure)}, holds both a gain and a loss that matters.",
        path="prompts/ticket-routing/evals.yaml",
        line=1,
        fix="Add about 180 cases; those of the store cost nothing.",
    )
    gates = (
        _FILES,
        *_STACK_GATES,
        _evaluated(Outcome.undecided, f"{len(unsure.head.cases)} cases are too few to tell", why),
    )
    return a_verdict(*gates, evaluations=(unsure,), plans=(a_plan(),), costs=(a_cost(),), timings=TIMINGS)


def an_invalid() -> Verdict:
    """A misspelt field and a variant that is not there."""
    found = (
        Finding(
            severity=Severity.block,
            rule="unknown-field",
            message="Unknown field 'lvie'. Allowed: live, shares.",
            path="prompts/ticket-routing/rollout.yaml",
            line=2,
            fix="Did you mean 'live'?",
        ),
        Finding(
            severity=Severity.block,
            rule="missing-variant",
            message="Variant 'v3' has no file prompts/ticket-routing/v3.prompt. There are: v1, v2.",
            path="prompts/ticket-routing/rollout.yaml",
            line=4,
        ),
    )
    gate = a_gate(Gate.files, REPOSITORY, Outcome.invalid, "2 mistakes in 1 file; nothing else was run", *found)
    return a_verdict(gate, seconds=0.4, timings=TIMINGS[:1])


def an_outside() -> Verdict:
    """A model that does not answer."""
    dead = Finding(
        severity=Severity.warn,
        message="No answer from http://127.0.0.1:8081 in 15 s: connection refused.",
        subject="gemma-3-270m",
        fix="Start the model or leave --address out, so that the gate starts one itself.",
    )
    gates = (_FILES, *_STACK_GATES, _evaluated(Outcome.failed, "the model did not answer", dead))
    return a_verdict(*gates, plans=(a_plan(),), costs=(a_cost(),), timings=TIMINGS, seconds=21.9)


def a_large_verdict(cases: int = 20_000) -> Verdict:
    """Far more cases than anybody reads."""
    part = cases // 4
    return a_pass(an_evaluation(both=part, broken=part, fixed=part, neither=cases - 3 * part))


KINDS = {
    "pass": a_pass,
    "block": a_block,
    "undecided": an_undecided,
    "invalid": an_invalid,
    "outside": an_outside,
}
