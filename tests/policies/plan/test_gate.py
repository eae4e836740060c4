from __future__ import annotations

import pytest

from policies.plan.gate import judge_plan, read_plan
from policies.resource_types import PROCESS
from policies.verdict import Outcome, Plan, Severity
from tests.kit.resources import a_preview, a_step, process_inputs

COMPONENT = "gatehouse:endpoint:LocalEndpoint"


def plan_of(*steps: dict[str, object], **more: object) -> Plan:
    return read_plan("local", a_preview(*steps, **more), deployed_before=True)


def endpoint(op: str, **more: object) -> dict[str, object]:
    return {**a_step(PROCESS, "support-model", process_inputs(), op=op), **more}


def test_a_step_says_what_changes_and_leaves_out_the_providers_code() -> None:
    step = endpoint("update", diffReasons=["memory_mib", "__provider"], detailedDiff={"memory_mib": {"kind": "update"}})

    (read,) = plan_of(step).steps

    assert (read.op, read.name, read.type, read.changed) == ("update", "support-model", PROCESS, ("memory_mib",))


def test_the_three_steps_of_a_replacement_are_one() -> None:
    plan = plan_of(
        endpoint("create-replacement", replaceReasons=["program"]),
        endpoint("replace", replaceReasons=["program"]),
        endpoint("delete-replaced"),
    )

    assert [(step.op, step.changed) for step in plan.steps] == [("replace", ("program",))]


def test_the_stack_itself_is_no_resource() -> None:
    assert plan_of().steps == ()
    assert judge_plan(plan_of()).headline == "Nothing changes"


def test_the_headline_counts_what_happens() -> None:
    verdict = judge_plan(
        plan_of(endpoint("create"), a_step(COMPONENT, "c", {}, op="same"), a_step(COMPONENT, "d", {}, op="update"))
    )

    assert verdict.outcome is Outcome.passed
    assert verdict.headline == "1 to create, 1 to update, 1 unchanged"
    assert verdict.findings == ()


def test_replacing_an_endpoint_is_warned_of_with_its_reason() -> None:
    verdict = judge_plan(plan_of(endpoint("replace", replaceReasons=["host"])))

    assert verdict.outcome is Outcome.passed
    assert [(finding.severity, finding.message) for finding in verdict.findings] == [
        (
            Severity.warn,
            "The update would replace support-model because of host: callers get errors until another one is healthy.",
        )
    ]


@pytest.mark.parametrize("token", ["aws:s3/bucketV2:Bucket", "kubernetes:core/v1:PersistentVolumeClaim"])
def test_deleting_what_stores_something_is_warned_of(token: str) -> None:
    verdict = judge_plan(plan_of(a_step(token, "data", {}, op="delete"), a_step(COMPONENT, "c", {}, op="same")))

    assert [finding.message for finding in verdict.findings] == [
        "The update would delete data: what it stores is lost."
    ]


def test_deleting_what_is_protected_blocks_before_the_engine_does() -> None:
    step = a_step(PROCESS, "support-model", {}, op="delete", protect=True)

    verdict = judge_plan(plan_of(step, a_step(COMPONENT, "c", {}, op="same")))

    assert verdict.outcome is Outcome.blocked
    assert "support-model is protected" in verdict.findings[0].message


def test_deleting_everything_blocks_unless_it_was_asked_for() -> None:
    plan = plan_of(endpoint("delete"), a_step(COMPONENT, "c", {}, op="delete"))

    verdict = judge_plan(plan)

    assert verdict.outcome is Outcome.blocked
    assert verdict.findings[0].message == "The update would delete every resource of stack local."
    assert "gatehouse down local" in (verdict.findings[0].fix or "")
    assert judge_plan(plan, deletion_asked=True).outcome is Outcome.passed


def test_an_error_of_the_engine_blocks_and_a_warning_is_shown() -> None:
    said = [
        {"severity": "warning", "message": " slow \n", "urn": endpoint("create")["urn"]},
        {"severity": "error", "message": "error: preview failed"},
        {"severity": "info", "message": ""},
    ]

    verdict = judge_plan(plan_of(endpoint("create"), diagnostics=said))

    assert verdict.outcome is Outcome.blocked
    assert [(each.severity, each.message, each.subject) for each in verdict.findings] == [
        (Severity.block, "error: preview failed", None),
        (Severity.warn, "slow", "support-model"),
    ]


def test_what_the_engine_says_is_bounded() -> None:
    said = [{"severity": "warning", "message": "x" * 100_000}] * 1_000

    verdict = judge_plan(plan_of(diagnostics=said))

    assert len(verdict.findings) == 50
    assert max(len(finding.message) for finding in verdict.findings) == 2_000
