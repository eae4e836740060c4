"""What the page is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config import GatewayConfig
from gateway.live.report import report
from gateway.live.summary import BUCKETS
from gateway.served import Served, build_served
from tests.kit.gateway import gateway_config


@pytest.fixture(scope="module")
def served() -> Served:
    return build_served(
        GatewayConfig.model_validate(gateway_config(Path("/nowhere"), "http://127.0.0.1:9")), "sha256:0"
    )


def row(variant: str | None = "v1", **known: object) -> dict[str, object]:
    return {
        "time": 1_000.0,
        "operation": "text_completion",
        "prompt": "routing" if variant else None,
        "variant": variant,
        "assigned_by": "user",
        "model": "stub",
        "input_tokens": 10,
        "output_tokens": 2,
        "latency_ms": 20.0,
        "time_to_first_token_ms": None,
        "outcome": "ok",
        "usd": None,
        "feedback_score": None,
        **known,
    }


def told(served: Served, rows: list[dict[str, object]]) -> dict[str, dict[str, object]]:
    prompt = report(served, rows, now=1_000.0, window_seconds=900)["prompts"][0]
    return {one["name"]: one for one in prompt["variants"]} | {"prompt": prompt}


def test_a_variant_is_summed_up(served: Served) -> None:
    rows = [
        row(latency_ms=10.0, usd=0.25, feedback_score=1.0),
        row(latency_ms=30.0, usd=0.5, feedback_score=-0.5),
        row(latency_ms=9_999.0, outcome="upstream_timeout", input_tokens=None, output_tokens=None),
    ]
    one = told(served, rows)["v1"]
    assert (one["requests"], one["errors"], one["outcomes"]) == (3, 1, {"ok": 2, "upstream_timeout": 1})
    assert one["latency_ms"] == {"p50": 20.0, "p95": pytest.approx(29.0)}
    assert one["first_token_ms"] is None
    assert (one["input_tokens"], one["output_tokens"], one["usd"]) == (20, 4, 0.75)
    assert one["quality"]["value"] == 0.5  # type: ignore[index]  # a dictionary of JSON
    assert one["share"] == 0.8


def test_a_client_that_left_is_nobodys_error(served: Served) -> None:
    one = told(served, [row(), row(outcome="cancelled")])["v1"]
    assert (one["requests"], one["errors"]) == (2, 0)


def test_a_cost_that_nobody_knows_is_unknown(served: Served) -> None:
    assert told(served, [row()])["v1"]["usd"] is None


def test_points_lie_in_their_time(served: Served) -> None:
    rows = [row(time=1_000.0), row(time=100.0), row(time=50.0), row(time=100.0 + 900 / BUCKETS * 5.5)]
    series = told(served, rows)["v1"]["series"]
    assert [(point["bucket"], point["requests"]) for point in series] == [(0, 2), (5, 1), (BUCKETS - 1, 1)]  # type: ignore[attr-defined]  # a list of JSON


def test_a_variant_that_is_gone_is_still_told(served: Served) -> None:
    one = told(served, [row("v0")])["v0"]
    assert (one["served"], one["share"], one["requests"], one["digest"]) == (False, 0.0, 1, None)


def test_requests_without_a_prompt_are_the_models(served: Served) -> None:
    models = report(served, [row(None), row(None, model="cells")], now=1_000.0, window_seconds=900)["models"]
    assert [(model["name"], model["direct"]["requests"]) for model in models] == [("stub", 1), ("cells", 1)]


@pytest.mark.parametrize(
    ("good", "reading"), [(95, "better"), (5, "worse"), (52, "no_difference_shown"), (None, "no_feedback")]
)
def test_a_candidate_is_held_against_the_live_variant(served: Served, good: int | None, reading: str) -> None:
    rows = [row("v1", feedback_score=1.0 if number < 50 else -1.0) for number in range(100)]
    scores = [None] * 100 if good is None else [1.0 if number < good else -1.0 for number in range(100)]
    rows += [row("v2", feedback_score=score) for score in scores]
    found = told(served, rows)["prompt"]["comparisons"]
    assert [(one["variant"], one["against"], one["reading"]) for one in found] == [("v2", "v1", reading)]  # type: ignore[attr-defined]  # a list of JSON


def test_requests_that_named_their_variant_are_no_sample(served: Served) -> None:
    rows = [row("v2", assigned_by="request", feedback_score=1.0) for _ in range(50)]
    assert told(served, rows)["prompt"]["comparisons"] == []
