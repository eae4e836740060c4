from __future__ import annotations

import pytest

from policies.guardrails.families.serving import (
    live_variants_are_served,
    prediction_logs_are_bounded,
    production_logs_keep_no_content,
    requests_have_limits,
    served_shares_add_up_to_one,
)
from tests.kit.resources import a_served_config, served_inputs


def prompts(**changes: object) -> dict[str, object]:
    routing = {**served_inputs()["config"]["prompts"]["routing"], **changes}
    return {"routing": routing}


def test_tenths_add_up_although_floats_do_not() -> None:
    shares = {f"v{number}": 0.1 for number in range(10)}

    assert sum(shares.values()) != 1
    assert not list(served_shares_add_up_to_one.check(a_served_config(prompts=prompts(shares=shares))))


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"v1": 0.9, "v2": 0.2}, "The shares of prompt routing add up to 1.1."),
        ({"v1": 0.5}, "The shares of prompt routing add up to 0.5."),
        ({}, "The shares of prompt routing add up to 0."),
        (None, "The shares of prompt routing add up to 0."),
        ({"v1": 1.5, "v2": -0.5}, "A share of prompt routing is not a number from 0 to 1."),
        ({"v1": "1"}, "A share of prompt routing is not a number from 0 to 1."),
    ],
)
def test_shares_that_do_not_make_one_are_refused(shares: object, said: str) -> None:
    assert list(served_shares_add_up_to_one.check(a_served_config(prompts=prompts(shares=shares)))) == [said]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"live": "v3"}, "The live variant of prompt routing gets no traffic."),
        ({"live": None}, "The live variant of prompt routing gets no traffic."),
        ({"shares": {"v1": 0, "v2": 1.0}}, "The live variant of prompt routing gets no traffic."),
        ({"variants": {"v1": {}}}, "Prompt routing sends traffic to v2, which has no text."),
    ],
)
def test_a_live_variant_has_text_and_traffic(changes: dict[str, object], said: str) -> None:
    assert list(live_variants_are_served.check(a_served_config(prompts=prompts(**changes)))) == [said]


@pytest.mark.parametrize("limit", ["request_timeout_seconds", "max_request_bytes", "max_concurrent_requests"])
def test_each_limit_is_asked_for(limit: str) -> None:
    limits = {**served_inputs()["config"]["limits"], limit: 0}

    assert list(requests_have_limits.check(a_served_config(limits=limits))) == [f"The gateway has no {limit}."]


@pytest.mark.parametrize("log", [None, {"content": False}, {"max_records": 0}])
def test_a_log_without_an_end_is_refused(log: object) -> None:
    assert list(prediction_logs_are_bounded.check(a_served_config(log=log))) == [
        "The prediction log has no highest number of records."
    ]


def test_content_is_logged_nowhere_in_production() -> None:
    log = {"content": True, "max_records": 1000}

    assert list(production_logs_keep_no_content.check(a_served_config(stack="prod-eu", log=log))) == [
        "The prediction log of prod-eu keeps inputs and answers."
    ]
    assert not list(production_logs_keep_no_content.check(a_served_config(stack="local", log=log)))
