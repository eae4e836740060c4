"""The cost gate: what the stack would cost, against its budget and against what it costs now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from catalog.entries import Stack
from policies.costs.book import age_days, load_book
from policies.costs.estimate import PricedPart, bill
from policies.verdict import CostEstimate, CostLine, Finding, Gate, GateVerdict, Outcome, Severity, Subject, SubjectKind

_MICRO = Decimal("0.000001")
_CENT = Decimal("0.01")
_MOST_NAMED = 50


def estimate(stack: Stack, preview: Mapping[str, Any], base_preview: Mapping[str, Any] | None = None) -> CostEstimate:
    """Price the preview, and the base's for the difference.

    Raises ValueError if one of them is not the JSON of `pulumi preview --json`.
    """
    book = load_book()
    found = bill(stack.name, preview, book)
    lines = tuple(map(_line, found.parts))
    base = bill(stack.name, base_preview, book) if base_preview is not None else None
    return CostEstimate(
        stack=stack.name,
        price_book_date=book.collected_on.isoformat(),
        lines=lines,
        unpriced=found.unpriced,
        free=found.free,
        share_priced=found.share_priced,
        low_usd_per_month=_sum(line.low_usd_per_month for line in lines),
        expected_usd_per_month=_sum(line.expected_usd_per_month for line in lines),
        high_usd_per_month=_sum(line.high_usd_per_month for line in lines),
        base_expected_usd_per_month=_sum(_line(part).expected_usd_per_month for part in base.parts) if base else None,
        budget_usd_per_month=_exact(stack.spec.budget.usd_per_month),
    )


def judge_cost(cost: CostEstimate, *, today: date | None = None) -> GateVerdict:
    """Block above the budget. What has no price is named, and an old book is said to be old."""
    findings = (*_over_budget(cost), *_unpriced(cost), *_old(cost, today or datetime.now(UTC).date()))
    return GateVerdict(
        gate=Gate.cost,
        subject=Subject(kind=SubjectKind.stack, name=cost.stack),
        outcome=Outcome.blocked if any(each.severity is Severity.block for each in findings) else Outcome.passed,
        headline=_headline(cost),
        findings=findings,
    )


def dollars(text: str) -> str:
    """An amount as people read it: to the cent, with commas."""
    return f"{Decimal(text).quantize(_CENT):,}"


def difference(cost: CostEstimate) -> Decimal | None:
    """Expected cost of head minus that of base."""
    if cost.base_expected_usd_per_month is None:
        return None
    return Decimal(cost.expected_usd_per_month) - Decimal(cost.base_expected_usd_per_month)


def _line(priced: PricedPart) -> CostLine:
    part = priced.part
    return CostLine(
        resource=priced.resource,
        description=part.description,
        low_usd_per_month=_exact(part.low),
        expected_usd_per_month=_exact(part.expected),
        high_usd_per_month=_exact(part.high),
        source=part.source,
        priced_on=part.as_of,
    )


def _over_budget(cost: CostEstimate) -> Iterator[Finding]:
    if cost.budget_usd_per_month is None:
        return
    budget = Decimal(cost.budget_usd_per_month)
    path = f"stacks/Pulumi.{cost.stack}.yaml"
    for word, amount, severity in (
        ("expected", cost.expected_usd_per_month, Severity.block),
        ("high", cost.high_usd_per_month, Severity.warn),
    ):
        if Decimal(amount) > budget:
            yield Finding(
                severity=severity,
                message=f"The {word} cost of stack {cost.stack} is {dollars(amount)} USD a month, "
                f"above its budget of {dollars(cost.budget_usd_per_month)}.",
                path=path,
                fix="Take fewer or smaller machines, or raise `gatehouse:budget` in a change that its owner approves.",
            )
            return


def _unpriced(cost: CostEstimate) -> Iterator[Finding]:
    for what in cost.unpriced[:_MOST_NAMED]:
        yield Finding(severity=Severity.warn, message=f"Without a price: {what}.")
    if len(cost.unpriced) > _MOST_NAMED:
        yield Finding(severity=Severity.warn, message=f"Without a price: {len(cost.unpriced) - _MOST_NAMED} more.")


def _old(cost: CostEstimate, today: date) -> Iterator[Finding]:
    limit = load_book().stale_after_days
    book_age = age_days(cost.price_book_date, today) or 0
    if book_age > limit:
        yield Finding(
            severity=Severity.warn,
            message=f"The price book is {book_age} days old; prices may have changed.",
            path="policies/costs/prices/book.json",
            fix="Renew the rows that are used, and `collected_on`.",
        )
    old = sorted({line.priced_on for line in cost.lines if _is_old(line.priced_on, today, limit)})
    if old:
        yield Finding(
            severity=Severity.note,
            message=f"Some prices come from sources that are older than {limit} days, or undated: {', '.join(old)}.",
        )


def _is_old(as_of: str, today: date, limit_days: int) -> bool:
    age = age_days(as_of, today)
    return age is None or age > limit_days


def _headline(cost: CostEstimate) -> str:
    change = difference(cost)
    against = f", {change.quantize(_CENT):+,} against base" if change is not None else ""
    budget = f" of a budget of {dollars(cost.budget_usd_per_month)}" if cost.budget_usd_per_month else ""
    return (
        f"{dollars(cost.expected_usd_per_month)} USD a month expected{budget}{against} "
        f"(low {dollars(cost.low_usd_per_month)}, high {dollars(cost.high_usd_per_month)}); "
        f"{cost.share_priced:.0%} priced, book of {cost.price_book_date}"
    )


def _sum(amounts: Iterator[str]) -> str:
    return _exact(sum((Decimal(amount) for amount in amounts), Decimal(0)))


def _exact(amount: Decimal) -> str:
    """To a millionth of a dollar, so that lines add up to their total; no zeros behind."""
    text = f"{amount.quantize(_MICRO):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
