"""What a file says becomes one state, or none."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from gateway.config import ConfigError, GatewayConfig
from gateway.refusal import Refusal
from gateway.served import Served, build_served
from tests.kit.gateway import gateway_config, prompt_config, prompt_text


def build(**changes: Any) -> Served:
    config = gateway_config(Path("/nowhere"), "http://127.0.0.1:9/", **changes)
    return build_served(GatewayConfig.model_validate(config), "sha256:0")


def prompts(text: str, **changes: Any) -> dict[str, Any]:
    one = prompt_config({"v1": 1.0}, "v1", {"v1": prompt_text("One.")})
    one["variants"]["v1"] |= {"source": text, **changes}
    return {"routing": one}


def test_the_state_cannot_be_changed() -> None:
    served = build()
    with pytest.raises(FrozenInstanceError):
        served.stack = "other"  # type: ignore[misc]  # what the test is about
    with pytest.raises(TypeError):
        served.endpoints["new"] = served.endpoints["stub"]  # type: ignore[index]  # what the test is about
    with pytest.raises(TypeError):
        served.prompts["routing"].shares["v1"] = 1.0  # type: ignore[index]  # what the test is about


def test_an_address_has_no_slash_at_its_end() -> None:
    assert build().endpoints["stub"].url == "http://127.0.0.1:9"


def test_a_variant_without_a_share_is_kept_but_gets_nothing() -> None:
    texts = {"v1": prompt_text("One."), "v2": prompt_text("Two.")}
    prompt = build(prompts={"routing": prompt_config({"v1": 1.0, "v2": 0.0}, "v1", texts)}).prompts["routing"]
    assert dict(prompt.shares) == {"v1": 1.0}
    assert set(prompt.variants) == {"v1", "v2"}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (prompts("no front matter"), "prompts.routing.variants.v1: prompts/routing/v1.prompt:1:1: The front matter"),
        (prompts(prompt_text("Other.")), "prompts.routing.variants.v1: the text has digest sha256:"),
        (prompts(prompt_text("One."), digest=f"sha256:{'0' * 64}"), f"but sha256:{'0' * 64} is asked for"),
    ],
)
def test_a_prompt_that_is_not_the_one_meant_is_refused(config: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build(prompts=config)
    assert said in str(caught.value)


def test_a_prompt_asks_a_language_model_that_is_served() -> None:
    text = prompt_text("One.").replace("model: stub", "model: cells")
    with pytest.raises(ConfigError, match="asks 'cells', which is not a language model"):
        build(prompts={"routing": prompt_config({"v1": 1.0}, "v1", {"v1": text})})
    with pytest.raises(ConfigError, match=r"asks the model 'stub'; served are: none\."):
        build(endpoints={})


@pytest.mark.parametrize("name", [None, "", 5, ["stub"], {"a": 1}])
def test_a_model_that_is_no_name_is_a_bad_request(name: object) -> None:
    with pytest.raises(Refusal) as caught:
        build().generator(name)
    assert (caught.value.status, caught.value.param) == (400, "model")
