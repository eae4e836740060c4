"""What a local gateway declares."""

from __future__ import annotations

import pulumi

from components.gateway.local import LocalGateway
from tests.kit.deploy import PROCESS, SERVED_CONFIG, Deployed, deploy
from tests.kit.specs import a_gateway_spec, a_machine


def gateway() -> pulumi.Output[str]:
    urls = {"tiny": pulumi.Output.from_input("http://127.0.0.1:20009")}
    return LocalGateway("gateway", a_gateway_spec(), machine=a_machine(), endpoint_urls=urls).url


def built() -> Deployed:
    return deploy(gateway)


def test_the_models_addresses_reach_what_is_served() -> None:
    served = built().one(SERVED_CONFIG)
    assert served.inputs["config"]["endpoints"]["tiny"]["url"] == "http://127.0.0.1:20009"
    assert served.inputs["gateway_url"] == "http://127.0.0.1:20001"
    assert served.inputs["path"] == "/srv/checkout/.gatehouse/run/local/gateway.json"


def test_the_gateway_is_a_process_and_what_it_serves() -> None:
    """Tokens and child names are a contract: others would replace what runs."""
    assert sorted((each.type, each.name, each.parent) for each in built().resources) == [
        ("gatehouse:gateway:LocalGateway", "gateway", "gatehouse-local"),
        (PROCESS, "gateway-process", "gateway"),
        (SERVED_CONFIG, "gateway-served", "gateway"),
    ]


def test_the_address_of_the_gateway_is_passed_on() -> None:
    assert built().returned == "http://127.0.0.1:20001"
