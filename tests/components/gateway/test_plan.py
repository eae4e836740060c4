"""How a gateway is built, decided without building it."""

from __future__ import annotations

import json

from catalog.stack import GatewayChoice
from components.gateway.plan import config_path, local_process, served_config
from gateway.config import parse_config
from tests.kit.specs import DIGEST, a_gateway_spec, a_machine, a_model_spec

URLS = {"tiny": "http://127.0.0.1:20001"}


def test_prompts_shares_and_limits_are_no_part_of_the_process() -> None:
    """Their change reloads the gateway and restarts nothing."""
    one = local_process(a_gateway_spec(), a_machine())
    other = local_process(a_gateway_spec(prompts={}, choice=GatewayChoice(log_content=True)), a_machine())
    assert one == other


def test_the_gateway_reads_what_it_is_given() -> None:
    """The file is held to the gateway's own grammar."""
    text = json.dumps(served_config(a_gateway_spec(), a_machine(), URLS)).encode()
    config = parse_config(text, "gateway.json")
    assert config.endpoints["tiny"].url == URLS["tiny"]
    assert config.endpoints["tiny"].digest == DIGEST
    assert config.endpoints["tiny"].license == "Apache-2.0"
    assert config.prompts["greet"].shares == {"v1": 0.75, "v2": 0.25}
    assert config.prompts["greet"].variants["v2"].source == "text of v2"
    assert str(config.log.path) == "/srv/checkout/.gatehouse/run/local/predictions.sqlite"


def test_the_gateway_starts_with_a_file_that_serves_nothing() -> None:
    files = local_process(a_gateway_spec(), a_machine())["first_files"]
    assert list(files) == [str(config_path(a_gateway_spec(), a_machine()))]
    config = parse_config(files["/srv/checkout/.gatehouse/run/local/gateway.json"].encode(), "gateway.json")
    assert (config.stack, config.endpoints, config.prompts) == ("local", {}, {})


def test_a_price_reaches_the_gateway() -> None:
    price = {"usd_per_million_input_tokens": 1.5, "usd_per_million_output_tokens": 6.0}
    spec = a_gateway_spec(models={"tiny": a_model_spec(price=price)})
    assert served_config(spec, a_machine(), URLS)["endpoints"]["tiny"]["price"] == price


def test_the_price_of_the_machine_reaches_the_gateway_and_is_unknown_unless_somebody_said_it() -> None:
    spec = a_gateway_spec(choice=GatewayChoice(machine_usd_per_hour=0.5))
    assert served_config(spec, a_machine(), URLS)["machine_usd_per_hour"] == 0.5
    assert served_config(a_gateway_spec(), a_machine(), URLS)["machine_usd_per_hour"] is None


def test_a_gateway_has_no_model_of_its_own() -> None:
    inputs = local_process(a_gateway_spec(), a_machine())
    assert (inputs["role"], inputs["model"], inputs["model_digest"], inputs["license"]) == ("gateway", None, None, None)
