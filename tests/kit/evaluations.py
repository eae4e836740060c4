"""Realistic evaluations, built from cases."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, sqrt
from random import Random

from policies.verdict import (
    CaseResult,
    Comparison,
    Evaluation,
    Interval,
    RenderedCase,
    SideResult,
    SliceResult,
    Subject,
    SubjectKind,
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
