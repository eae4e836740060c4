"""What a local endpoint declares."""

from __future__ import annotations

from components.endpoint.local import LocalEndpoint
from tests.kit.deploy import PROCESS, deploy
from tests.kit.specs import a_machine, an_endpoint_spec


def test_an_endpoint_is_one_process_and_passes_its_address_on() -> None:
    built = deploy(lambda: LocalEndpoint("tiny", an_endpoint_spec(), machine=a_machine()).url)
    process = built.one(PROCESS, "tiny-process")
    assert process.parent == "tiny"
    assert process.inputs["role"] == "model"
    assert built.returned == "http://127.0.0.1:20001"


def test_the_type_token_of_an_endpoint_is_a_contract() -> None:
    """Another token or child name would replace what runs."""
    built = deploy(lambda: LocalEndpoint("tiny", an_endpoint_spec(), machine=a_machine()).url)
    assert [(each.type, each.name) for each in built.resources] == [
        ("gatehouse:endpoint:LocalEndpoint", "tiny"),
        ("pulumi-python:dynamic/gatehouse:Process", "tiny-process"),
    ]
