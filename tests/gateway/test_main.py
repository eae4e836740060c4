"""The whole gateway before real models: a language model in llama.cpp, a tabular one in our server."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from catalog.dotprompt import parse_variant
from tests.kit.gateway import ROOT, RunningGateway, gateway, write_config
from tests.kit.served_models import served_model

pytestmark = pytest.mark.model
TICKET = {"ticket": "I was charged twice for the same invoice, please refund one payment."}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder = tmp_path_factory.mktemp("real")
    with ExitStack() as running:
        language = running.enter_context(served_model("gemma-3-270m"))
        tabular = running.enter_context(served_model("breast-cancer"))
        config = {
            "stack": "local",
            "endpoints": {
                "gemma-3-270m": {"url": language, "task": "text-generation", "interface": "completions"},
                "breast-cancer": {"url": tabular, "task": "tabular-classification", "interface": "predict"},
            },
            "prompts": {"ticket-routing": live_prompt("ticket-routing", "v1")},
            "limits": {"request_timeout_seconds": 60},
            "log": {"path": str(folder / "predictions.sqlite")},
            "machine_usd_per_hour": 0.1,
        }
        yield running.enter_context(gateway(write_config(folder / "gateway.json", config)))


def live_prompt(name: str, variant: str) -> dict[str, Any]:
    source = (ROOT / "prompts" / name / f"{variant}.prompt").read_text("utf-8")
    digest = parse_variant(source, prompt=name, name=variant, path=f"prompts/{name}/{variant}.prompt").digest
    return {"live": variant, "shares": {variant: 1.0}, "variants": {variant: {"digest": digest, "source": source}}}


def test_the_real_model_answers_a_prompt_the_same_each_time(real: RunningGateway) -> None:
    first, again = (real.ask("/v1/prompts/ticket-routing", {"inputs": TICKET}).json() for _ in range(2))
    assert first["output"].strip() in {"billing", "technical", "account"}
    assert first["output"] == again["output"]
    assert first["usage"]["input_tokens"] > 20
    assert 1 <= first["usage"]["output_tokens"] <= 4
    assert 0 < first["time_to_first_token_ms"] < first["latency_ms"]


def test_the_real_model_streams_what_it_answers_whole(real: RunningGateway) -> None:
    whole = real.ask("/v1/prompts/ticket-routing", {"inputs": TICKET}).json()["output"]
    streamed = real.ask("/v1/prompts/ticket-routing", {"inputs": TICKET, "stream": True})
    events = [json.loads(line[6:]) for line in streamed.content.splitlines() if line.startswith(b"data: {")]
    assert "".join(event["choices"][0].get("text", "") for event in events if event["choices"]).strip() == whole
    assert events[-1]["usage"]["completion_tokens"] >= 1
    assert streamed.content.endswith(b"data: [DONE]\n\n")


def test_a_stream_that_nobody_asked_to_count_is_counted(real: RunningGateway) -> None:
    before = real.metric("gen_ai_client_token_usage_sum", gen_ai_token_type="output", gatehouse_prompt="")
    body = {"model": "gemma-3-270m", "prompt": "One, two, three,", "max_tokens": 5, "stream": True}
    assert real.ask("/v1/completions", body).status == 200
    assert real.metric("gen_ai_client_token_usage_sum", gen_ai_token_type="output", gatehouse_prompt="") == before + 5


def test_a_prompt_beyond_the_context_is_refused_with_the_models_own_reason(real: RunningGateway) -> None:
    refused = real.ask("/v1/completions", {"model": "gemma-3-270m", "prompt": "word " * 40_000, "max_tokens": 1})
    assert (refused.status, refused.error["code"]) == (400, "upstream_refused")
    assert "context" in refused.error["message"]


def test_many_at_once_are_all_answered_and_all_cost_no_more_than_the_time(real: RunningGateway) -> None:
    before = real.metric("gatehouse_cost_usd_total", gatehouse_prompt="ticket-routing")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: real.ask("/v1/prompts/ticket-routing", {"inputs": TICKET}), range(12)))
    assert {answer.status for answer in answers} == {200}
    spent = real.metric("gatehouse_cost_usd_total", gatehouse_prompt="ticket-routing") - before
    assert 0 < spent <= 0.1 / 3600 * sum(answer.json()["latency_ms"] for answer in answers) / 1000


def test_the_tabular_model_predicts_through_the_gateway(real: RunningGateway) -> None:
    with (ROOT / "models" / "breast-cancer" / "cases.csv").open(encoding="utf-8", newline="") as cases:
        cells = next(csv.DictReader(cases))
    inputs = {name: float(value) for name, value in cells.items() if not name.startswith("__")}
    answer = real.ask("/v1/models/breast-cancer/predict", {"inputs": [inputs]})
    assert answer.status == 200, answer.content
    assert set(answer.json()["predictions"][0]["probabilities"]) == {"benign", "malignant"}


def test_both_models_are_served_healthy(real: RunningGateway) -> None:
    models = real.ask("/-/served").json()["models"]
    assert {name: model["healthy"] for name, model in models.items()} == {"gemma-3-270m": True, "breast-cancer": True}
