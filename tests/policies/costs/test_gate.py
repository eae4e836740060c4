from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.entries import Stack
from catalog.stack import StackSpec
from policies.costs.gate import difference, dollars, estimate, judge_cost
from policies.resource_types import PROCESS, SAGEMAKER_ENDPOINT_CONFIGURATION
from policies.verdict import CostEstimate, Outcome, Severity
from tests.kit.resources import a_preview, a_step, process_inputs

TODAY = date(2026, 11, 23)


def a_stack(budget_usd: str) -> Stack:
    spec = StackSpec.model_validate(
        {"target": "local", "endpoints": [{"model": "m"}], "budget": {"usd_per_month": budget_usd, "owner": "support"}}
    )
    return Stack(name="local", path=Path("stacks/Pulumi.local.yaml"), spec=spec, digest="sha256:" + "0" * 64)


def llm(machines: int, most: int | None = None) -> dict[str, object]:
    """ml.g5.xlarge machines: 1.408 x 730 = 1,027.84 a month each."""
    variant = {
        "variantName": "blue",
        "instanceType": "ml.g5.xlarge",
        "initialInstanceCount": machines,
        "managedInstanceScaling": {"minInstanceCount": 1, "maxInstanceCount": most or machines},
    }
    inputs = {"region": "us-east-1", "productionVariants": [variant]}
    return a_preview(a_step(SAGEMAKER_ENDPOINT_CONFIGURATION, "llm", inputs))


def cost_of(budget_usd: str, preview: dict[str, object], base: dict[str, object] | None = None) -> CostEstimate:
    return estimate(a_stack(budget_usd), preview, base)


def test_lines_add_up_to_the_total_as_they_are_written() -> None:
    steps = [a_step(PROCESS, f"m{number}", process_inputs(cpu_cores=number / 3)) for number in range(1, 8)]
    cost = cost_of("50", a_preview(*steps))

    assert Decimal(cost.expected_usd_per_month) == sum(Decimal(line.expected_usd_per_month) for line in cost.lines)
    assert Decimal(cost.low_usd_per_month) < Decimal(cost.expected_usd_per_month) < Decimal(cost.high_usd_per_month)


def test_an_estimate_names_book_share_budget_and_sources() -> None:
    cost = cost_of("5000", llm(2))

    assert cost.price_book_date == "2026-11-23"
    assert cost.share_priced == 1
    assert cost.budget_usd_per_month == "5000"
    (line,) = cost.lines
    assert (line.resource, line.expected_usd_per_month, line.priced_on) == ("llm", "2055.68", "2025-01-26")
    assert line.source


def test_within_the_budget_the_gate_passes_with_the_figures_in_one_line() -> None:
    verdict = judge_cost(cost_of("5000", llm(2, most=4), llm(1)), today=TODAY)

    assert verdict.outcome is Outcome.passed
    assert verdict.headline == (
        "2,055.68 USD a month expected of a budget of 5,000.00, +1,027.84 against base "
        "(low 1,027.84, high 4,111.36); 100% priced, book of 2026-11-23"
    )


def test_an_expected_cost_above_the_budget_blocks() -> None:
    verdict = judge_cost(cost_of("2000", llm(2)), today=TODAY)

    assert verdict.outcome is Outcome.blocked
    finding = verdict.findings[0]
    assert finding.severity is Severity.block
    assert finding.message == (
        "The expected cost of stack local is 2,055.68 USD a month, above its budget of 2,000.00."
    )
    assert finding.path == "stacks/Pulumi.local.yaml"


def test_a_high_cost_above_the_budget_warns() -> None:
    verdict = judge_cost(cost_of("3000", llm(2, most=4)), today=TODAY)

    assert verdict.outcome is Outcome.passed
    assert [finding.severity for finding in verdict.findings] == [Severity.warn, Severity.note]
    assert verdict.findings[0].message.startswith("The high cost of stack local is 4,111.36 USD a month")


def test_a_cost_of_exactly_the_budget_is_within_it() -> None:
    assert judge_cost(cost_of("2055.68", llm(2)), today=TODAY).outcome is Outcome.passed


def test_what_has_no_price_is_warned_of_by_name() -> None:
    verdict = judge_cost(cost_of("50", a_preview(a_step("aws:rds/instance:Instance", "db", {}))), today=TODAY)

    assert verdict.outcome is Outcome.passed
    assert "0% priced" in verdict.headline
    assert [finding.message for finding in verdict.findings] == [
        "Without a price: db (aws:rds/instance:Instance): the book has no prices for this type."
    ]


def test_many_unpriced_resources_are_counted_beyond_fifty() -> None:
    steps = [a_step("aws:rds/instance:Instance", f"db{number}", {}) for number in range(60)]

    verdict = judge_cost(cost_of("50", a_preview(*steps)), today=TODAY)

    assert len(verdict.findings) == 51
    assert verdict.findings[-1].message == "Without a price: 10 more."


@pytest.mark.parametrize(("today", "warned"), [(date(2027, 2, 21), False), (date(2027, 2, 22), True)])
def test_a_book_of_more_than_ninety_days_is_said_to_be_old(today: date, *, warned: bool) -> None:
    findings = judge_cost(cost_of("50", a_preview()), today=today).findings

    assert [finding.severity for finding in findings] == ([Severity.warn] if warned else [])
    if warned:
        assert findings[0].message == "The price book is 91 days old; prices may have changed."


def test_old_sources_of_used_prices_are_named() -> None:
    findings = judge_cost(cost_of("5000", llm(1)), today=TODAY).findings

    assert [(finding.severity, finding.message) for finding in findings] == [
        (Severity.note, "Some prices come from sources that are older than 90 days, or undated: 2025-01-26.")
    ]


def test_without_a_base_there_is_no_difference() -> None:
    assert difference(cost_of("50", llm(1))) is None
    assert difference(cost_of("50", llm(1), llm(2))) == Decimal("-1027.84")


def test_dollars_are_rounded_to_the_cent_and_grouped() -> None:
    assert dollars("1234567.891") == "1,234,567.89"
