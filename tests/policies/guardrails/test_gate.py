from __future__ import annotations

import pytest

from policies.guardrails.gate import judge_policy
from policies.resource_types import PROCESS, SERVED_CONFIG
from policies.verdict import Outcome, Severity
from tests.kit.resources import UNKNOWN, a_preview, a_step, process_inputs, served_inputs


def endpoint(**changes: object) -> dict[str, object]:
    return a_step(PROCESS, "support-model", process_inputs(**changes))


def test_a_good_stack_passes() -> None:
    verdict = judge_policy("local", a_preview(endpoint(), a_step(SERVED_CONFIG, "served", served_inputs())))

    assert verdict.outcome is Outcome.passed
    assert verdict.findings == ()
    assert verdict.headline == "Every rule holds for 2 resource(s)"


def test_a_broken_rule_blocks_and_says_what_where_and_how_to_mend_it() -> None:
    verdict = judge_policy("local", a_preview(endpoint(license=None)))

    assert verdict.outcome is Outcome.blocked
    assert verdict.headline == "1 rule(s) broken; 1 resource(s)"
    (finding,) = verdict.findings
    assert finding.severity is Severity.block
    assert finding.rule == "models-name-their-licence"
    assert finding.path == "models/support-model/model.yaml"
    assert finding.subject == "support-model"
    assert "SPDX" in (finding.fix or "")


def test_a_warning_does_not_block() -> None:
    verdict = judge_policy("local", a_preview(endpoint(labels={})))

    assert verdict.outcome is Outcome.passed
    assert verdict.headline == "No rule broken, 1 warned of; 1 resource(s)"
    assert verdict.findings[0].path == "stacks/Pulumi.local.yaml"


def test_what_cannot_be_known_is_a_note_and_no_pass_in_the_headline() -> None:
    verdict = judge_policy("local", a_preview(endpoint(owner=UNKNOWN)))

    assert verdict.outcome is Outcome.passed
    assert [finding.severity for finding in verdict.findings] == [Severity.note]
    assert verdict.headline == "No rule broken, 1 not decidable before the update; 1 resource(s)"


def test_what_will_be_gone_is_not_judged_and_a_replacement_is_judged_once() -> None:
    bad = process_inputs(owner=None)
    steps = [
        a_step(PROCESS, "old", bad, op="delete"),
        a_step(PROCESS, "new", bad, op="create-replacement"),
        a_step(PROCESS, "new", bad, op="replace"),
        a_step(PROCESS, "new", process_inputs(), op="delete-replaced"),
    ]

    assert [finding.subject for finding in judge_policy("local", a_preview(*steps)).findings] == ["new"]


def test_an_unchanged_resource_is_judged_too() -> None:
    step = a_step(PROCESS, "support-model", process_inputs(owner=None), op="same")

    assert judge_policy("local", a_preview(step)).outcome is Outcome.blocked


def test_resources_that_the_preview_hides_are_said_to_be_unjudged() -> None:
    verdict = judge_policy("local", a_preview(endpoint(), changeSummary={"create": 2, "same": 3}))

    assert [finding.message for finding in verdict.findings] == [
        "The preview hides 3 unchanged resource(s), which were not judged."
    ]


def test_a_model_with_a_hostile_name_is_no_path() -> None:
    verdict = judge_policy("local", a_preview(endpoint(license=None, model="../../etc")))

    assert verdict.findings[0].path == "stacks/Pulumi.local.yaml"


@pytest.mark.parametrize("preview", [{"steps": "none"}, {"steps": [1]}, {"steps": [{}]}])
def test_what_is_no_preview_is_refused(preview: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not the output of `pulumi preview --json`"):
        judge_policy("local", preview)
