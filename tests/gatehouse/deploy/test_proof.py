"""The proof asks a running gateway, and believes no one else. The gateway here is a real HTTP server that lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.entries import Catalog
from catalog.loader import load_catalog
from gatehouse.deploy.proof import Proof, differences, prove
from gatehouse.errors import OutsideError
from tests.kit.lying_gateway import LyingGateway, a_gateway, what_is_asked
from tests.kit.small_repository import write_small_repository


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return load_catalog(write_small_repository(tmp_path))


def test_what_was_asked_for_has_no_difference(catalog: Catalog) -> None:
    assert differences(catalog, catalog.stacks["local"], what_is_asked(catalog)) == []


def _without_the_model(served: dict[str, Any]) -> None:
    served["models"].clear()


def _another_model_file(served: dict[str, Any]) -> None:
    served["models"]["tiny"]["digest"] = "sha256:" + "b" * 64


def _a_model_that_is_down(served: dict[str, Any]) -> None:
    served["models"]["tiny"]["healthy"] = False


def _without_the_prompt(served: dict[str, Any]) -> None:
    served["prompts"].clear()


def _another_live_variant(served: dict[str, Any]) -> None:
    served["prompts"]["greet"]["live"] = "b"


def _another_share(served: dict[str, Any]) -> None:
    served["prompts"]["greet"]["shares"] = {"a": 0.9, "b": 0.1}


def _another_text(served: dict[str, Any]) -> None:
    served["prompts"]["greet"]["variants"]["a"] = "sha256:" + "c" * 64


def _a_prompt_nobody_asked_for(served: dict[str, Any]) -> None:
    served["prompts"]["stray"] = served["prompts"]["greet"]


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (_without_the_model, "model tiny is not served"),
        (_another_model_file, "the file pins"),
        (_a_model_that_is_down, "does not answer"),
        (_without_the_prompt, "prompt greet is not served"),
        (_another_live_variant, "its rollout says a"),
        (_another_share, "share 0.9, not 1"),
        (_another_text, "is not the file's text"),
        (_a_prompt_nobody_asked_for, "no file asks for it"),
    ],
)
def test_each_difference_is_a_sentence(catalog: Catalog, lie: Callable[[dict[str, Any]], None], said: str) -> None:
    served = what_is_asked(catalog)
    lie(served)
    found = differences(catalog, catalog.stacks["local"], served)
    assert any(said in sentence for sentence in found), found


@pytest.fixture
def gateway(catalog: Catalog) -> Iterator[LyingGateway]:
    with a_gateway(lambda: what_is_asked(catalog)) as server:
        yield server


def _prove(catalog: Catalog, gateway: LyingGateway) -> Proof:
    return prove(catalog, catalog.stacks["local"], gateway.url)


def test_a_gateway_that_serves_what_was_asked_is_proven_by_a_real_request(
    catalog: Catalog, gateway: LyingGateway
) -> None:
    proof = _prove(catalog, gateway)
    assert proof.holds
    assert proof.asked == ("/v1/prompts/greet",)


def test_a_prompt_that_does_not_answer_is_no_proof_though_the_gateway_names_it(
    catalog: Catalog, gateway: LyingGateway
) -> None:
    gateway.answer_code = 502
    proof = _prove(catalog, gateway)
    assert not proof.holds
    assert "HTTP 502" in proof.differences[0]


@pytest.mark.parametrize("told", [{}, {"models": [], "prompts": {}}, {"models": {}}])
def test_another_server_in_the_gateway_s_place_is_a_failure_outside(
    catalog: Catalog, gateway: LyingGateway, told: dict[str, Any]
) -> None:
    gateway.served = lambda: told
    with pytest.raises(OutsideError, match="no gateway of ours"):
        _prove(catalog, gateway)


def test_a_gateway_that_is_gone_is_a_failure_outside(catalog: Catalog) -> None:
    with pytest.raises(OutsideError, match="does not answer"):
        prove(catalog, catalog.stacks["local"], "http://127.0.0.1:1")
