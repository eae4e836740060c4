from __future__ import annotations

import pytest

from policies.guardrails.families.processes import (
    memory_is_declared_and_bounded,
    processes_bind_to_loopback,
    processes_have_a_health_check,
    production_endpoints_keep_two_replicas,
    replicas_have_a_ceiling,
)
from tests.kit.resources import a_process

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - what the rule has to refuse


@pytest.mark.parametrize("host", [EVERY_ADDRESS, "::", "", "10.0.0.4", "example.org", None, "127.0.0.1.evil.example"])
def test_an_address_that_others_reach_is_refused(host: str | None) -> None:
    assert list(processes_bind_to_loopback.check(a_process(host=host))) == [
        f"support-model listens on {host or 'every address'}."
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_an_address_of_this_machine_is_fine(host: str) -> None:
    assert not list(processes_bind_to_loopback.check(a_process(host=host)))


@pytest.mark.parametrize(
    "command",
    [["serve", "--host", EVERY_ADDRESS], ["serve", f"--host={EVERY_ADDRESS}"], ["serve", "--bind", EVERY_ADDRESS]],
)
def test_the_command_cannot_listen_elsewhere_than_declared(command: list[str]) -> None:
    assert list(processes_bind_to_loopback.check(a_process(command=command))) == [
        "The command of support-model listens on 0.0.0.0."
    ]


@pytest.mark.parametrize("path", [None, "", "health", "http://example.org/"])
def test_a_process_without_a_path_to_ask_has_no_health_check(path: str | None) -> None:
    assert list(processes_have_a_health_check.check(a_process(health_path=path))) == [
        "support-model has no health check."
    ]


@pytest.mark.parametrize("most", [None, 0, -1, 1.5, float("inf"), "3"])
def test_replicas_without_a_whole_ceiling_are_refused(most: object) -> None:
    assert list(replicas_have_a_ceiling.check(a_process(replicas_max=most))) == [
        "support-model has no highest number of replicas."
    ]


@pytest.mark.parametrize("least", [None, -1, 3])
def test_the_lowest_number_of_replicas_is_between_none_and_the_ceiling(least: object) -> None:
    assert list(replicas_have_a_ceiling.check(a_process(replicas_min=least))) == [
        "support-model has no lowest number of replicas between 0 and 2."
    ]


@pytest.mark.parametrize(
    ("memory_mib", "said"),
    [
        (None, "support-model does not say how much memory it takes."),
        (0, "support-model does not say how much memory it takes."),
        (536_870_912, "support-model asks for 536,870,912 MiB, more than 1,048,576: is the unit right?"),
    ],
)
def test_memory_is_a_number_that_can_be_meant(memory_mib: object, said: str) -> None:
    assert list(memory_is_declared_and_bounded.check(a_process(memory_mib=memory_mib))) == [said]


def test_one_replica_is_too_few_in_production_only() -> None:
    rule = production_endpoints_keep_two_replicas

    assert rule.severity == "warn"
    assert list(rule.check(a_process(stack="prod"))) == ["support-model may run as a single replica in prod."]
    assert not list(rule.check(a_process(stack="prod", replicas_min=2)))
    assert not list(rule.check(a_process(stack="prod", role="gateway")))
    assert not list(rule.check(a_process(stack="local")))
