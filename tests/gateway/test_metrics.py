"""OpenTelemetry's names, and no series that a caller could add."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from gateway.metrics import Metrics
from gateway.predictions.record import Prediction
from tests.kit.gateway import RunningGateway


def prediction(**known: object) -> Prediction:
    fields = {"id": "0" * 32, "time": 0.0, "operation": "text_completion", "model": "stub", "latency_ms": 50.0}
    return Prediction(**{**fields, **known})  # type: ignore[arg-type]  # a test names its fields


def samples(metrics: Metrics) -> dict[tuple[str, str], float]:
    """By name and the label that tells two samples of a name apart."""
    found = {}
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        for one in family.samples:
            apart = one.labels.get("gen_ai_token_type") or one.labels.get("le") or one.labels.get("error_type") or ""
            found[one.name, apart] = one.value
    return found


def test_an_operation_is_told_in_opentelemetrys_names() -> None:
    metrics = Metrics()
    metrics.observe(
        prediction(
            prompt="routing", variant="v1", input_tokens=40, output_tokens=3, usd=0.5, time_to_first_token_ms=7.0
        )
    )
    got = samples(metrics)
    assert got["gen_ai_client_operation_duration_seconds_sum", ""] == 0.05
    assert got["gen_ai_client_operation_duration_seconds_bucket", "0.08"] == 1
    assert got["gen_ai_server_time_to_first_token_seconds_sum", ""] == 0.007
    assert got["gen_ai_client_token_usage_sum", "input"] == 40
    assert got["gen_ai_client_token_usage_sum", "output"] == 3
    assert got["gatehouse_cost_usd_total", ""] == 0.5
    text = metrics.exposition().decode()
    for label in ('gen_ai_operation_name="text_completion"', 'gen_ai_request_model="stub"', 'gatehouse_variant="v1"'):
        assert label in text


def test_an_unknown_number_is_no_zero() -> None:
    metrics = Metrics()
    metrics.observe(prediction(outcome="upstream_timeout"))
    got = samples(metrics)
    assert got["gen_ai_client_operation_duration_seconds_count", "upstream_timeout"] == 1
    assert not [name for name, _ in got if "cost_usd" in name or "token" in name]


def test_callers_cannot_add_series(running: RunningGateway) -> None:
    running.ask("/v1/completions", {"model": "stub", "prompt": "x"})
    running.ask("/v1/prompts/none0", {"inputs": {}})
    running.ask("/v1/completions", {"model": "none0", "prompt": "x"})
    before = running.ask("/metrics").content.count(b"\n")
    for number in range(1, 20):
        running.ask("/v1/completions", {"model": f"none{number}", "prompt": "x"})
        running.ask(f"/v1/prompts/none{number}", {"inputs": {}})
        running.ask("/v1/completions", {"model": "stub", "prompt": "x", "user": f"user{number}"})
    text = running.ask("/metrics").content
    assert text.count(b"\n") == before
    assert b"none1" not in text
    assert running.metric("gatehouse_requests_refused_total", error_type="model_not_found") == 20
    assert running.metric("gatehouse_requests_refused_total", error_type="prompt_not_found") == 20


def test_the_machines_busy_time_is_the_cost(running: RunningGateway) -> None:
    before = running.metric("gatehouse_cost_usd_total", gen_ai_request_model="stub")
    running.ask("/v1/completions", {"model": "stub", "prompt": "do:slow"})
    # 3.60 US dollars an hour is 0.001 a second, and the stub took 0.6 s.
    spent = running.metric("gatehouse_cost_usd_total", gen_ai_request_model="stub") - before
    assert 0.0006 <= spent < 0.0030
