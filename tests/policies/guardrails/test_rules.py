from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.guardrails.rule import UNKNOWN_VALUES, Rule
from policies.guardrails.rules import FAMILIES, RULES, RULES_BY_TYPE, breaches
from policies.resource_types import PROCESS, SERVED_CONFIG
from tests.kit.resources import UNKNOWN, a_process, a_resource, a_served_config, process_inputs, served_inputs

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(sorted(UNKNOWN_VALUES)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("stack", ["local", "production"])
def test_a_good_resource_keeps_every_rule(stack: str) -> None:
    assert list(breaches(a_process(stack=stack, replicas_min=2))) == []
    assert list(breaches(a_served_config(stack=stack))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_a_sentence_with_a_reason_a_remedy_and_a_reference(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+){2,}", rule.id)
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert rule.reference.startswith("https://")
    assert rule.check.__doc__


def test_rules_have_different_names_and_each_family_has_some() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) >= 8
    assert all(any(isinstance(value, Rule) for value in vars(family).values()) for family in FAMILIES)


def test_a_resource_is_asked_only_the_rules_of_its_type() -> None:
    assert set(RULES_BY_TYPE) == {PROCESS, SERVED_CONFIG}
    assert list(breaches(a_resource("aws:s3/bucket:Bucket", "b", {}))) == []


def test_what_is_not_known_is_neither_kept_nor_broken() -> None:
    found = list(breaches(a_process(host=UNKNOWN)))

    assert [(breach.rule.id, breach.decided) for breach in found] == [("processes-bind-to-loopback", False)]
    assert "`host` of support-model cannot be known" in found[0].message


def test_an_unknown_address_does_not_hide_what_can_be_seen() -> None:
    found = list(breaches(a_process(environment={"API_TOKEN": "hunter2", "URL": UNKNOWN})))

    assert [(breach.rule.id, breach.decided) for breach in found] == [
        ("environment-holds-no-secrets", True),
        ("environment-holds-no-secrets", False),
    ]


@given(field=st.sampled_from(sorted(process_inputs())), value=VALUES)
@settings(max_examples=200, deadline=None)
def test_no_input_of_a_process_makes_a_rule_fail(field: str, value: object) -> None:
    for breach in breaches(a_resource(PROCESS, "m", {**process_inputs(), field: value})):
        assert breach.message


@given(field=st.sampled_from(sorted(served_inputs()["config"])), value=VALUES)
@settings(max_examples=200, deadline=None)
def test_no_configuration_of_a_gateway_makes_a_rule_fail(field: str, value: object) -> None:
    inputs = served_inputs()
    for breach in breaches(
        a_resource(SERVED_CONFIG, "served", {**inputs, "config": {**inputs["config"], field: value}})
    ):
        assert breach.message


def test_the_rules_start_without_what_a_policy_pack_does_not_need() -> None:
    heavy = "{'pydantic', 'yaml', 'pulumi', 'catalog'}"
    code = f"import sys, policies.guardrails.rules; print(sorted({heavy} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "[]"
