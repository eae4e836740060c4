"""What Prometheus reads: OpenTelemetry's GenAI names in Prometheus form, and what they have no name for.

Names, attributes and bucket boundaries: OpenTelemetry semantic conventions for generative AI metrics
(github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/gen-ai-metrics.md, status Development). Labels take
only names that the gateway serves and the fixed codes of its errors, so that no caller can add a series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gateway.predictions.record import Prediction

_DURATION_BUCKETS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_FIRST_TOKEN_BUCKETS = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_TOKEN_BUCKETS = tuple(4**power for power in range(14))
_WHAT = (
    "gen_ai_operation_name",
    "gen_ai_provider_name",
    "gen_ai_request_model",
    "gatehouse_prompt",
    "gatehouse_variant",
)


@dataclass(frozen=True, slots=True)
class _Series:
    """The series of one operation, model, prompt, variant and outcome; looked up once."""

    duration: Any
    first_token: Any
    input_tokens: Any
    output_tokens: Any
    usd: Any


class Metrics:
    """The series of one gateway process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._duration = Histogram(
            "gen_ai_client_operation_duration_seconds",
            "Duration of a GenAI operation, from the request read to the answer sent.",
            (*_WHAT, "error_type"),
            buckets=_DURATION_BUCKETS,
            registry=self.registry,
        )
        self._first_token = Histogram(
            "gen_ai_server_time_to_first_token_seconds",
            "Time to the first token: measured on streams, as the model server says otherwise.",
            _WHAT,
            buckets=_FIRST_TOKEN_BUCKETS,
            registry=self.registry,
        )
        self._tokens = Histogram(
            "gen_ai_client_token_usage",
            "Input and output tokens of an operation.",
            (*_WHAT, "gen_ai_token_type"),
            buckets=_TOKEN_BUCKETS,
            registry=self.registry,
        )
        self._usd = Counter(
            "gatehouse_cost_usd",
            "US dollars: price of the tokens, or busy time of the machine.",
            _WHAT,
            registry=self.registry,
        )
        self._feedback = Counter(
            "gatehouse_feedback",
            "Feedback on predictions.",
            ("gatehouse_prompt", "gatehouse_variant", "sign"),
            registry=self.registry,
        )
        self._refused = Counter(
            "gatehouse_requests_refused",
            "Requests refused before a model was chosen.",
            ("error_type",),
            registry=self.registry,
        )
        self._dropped = Counter(
            "gatehouse_prediction_log_dropped",
            "Records that the prediction log could not keep.",
            ("reason",),
            registry=self.registry,
        )
        self._reloads = Counter(
            "gatehouse_reloads", "Reloads of the configuration.", ("outcome",), registry=self.registry
        )
        self.in_flight = Gauge("gatehouse_requests_in_flight", "Requests that run now.", registry=self.registry)
        self._series: dict[tuple[str, ...], _Series] = {}

    def observe(self, prediction: Prediction) -> None:
        """Count one operation that ended."""
        series = self._series_of(prediction)
        series.duration.observe(prediction.latency_ms / 1000)
        if prediction.time_to_first_token_ms is not None:
            series.first_token.observe(prediction.time_to_first_token_ms / 1000)
        if prediction.input_tokens is not None:
            series.input_tokens.observe(prediction.input_tokens)
        if prediction.output_tokens is not None:
            series.output_tokens.observe(prediction.output_tokens)
        if prediction.usd:
            series.usd.inc(prediction.usd)

    def refused(self, code: str) -> None:
        """Count a request that never reached a model."""
        self._refused.labels(code).inc()

    def dropped(self, records: int, reason: str) -> None:
        """Count records that could not be kept."""
        self._dropped.labels(reason).inc(records)

    def rated(self, prompt: str, variant: str, score: float) -> None:
        """Count feedback on a variant."""
        sign = "positive" if score > 0 else "negative" if score < 0 else "neutral"
        self._feedback.labels(prompt, variant, sign).inc()

    def reloaded(self, outcome: str) -> None:
        """Count a reload: `swapped`, `unchanged` or `refused`."""
        self._reloads.labels(outcome).inc()

    def dropped_total(self) -> int:
        """How many records were lost since the process started."""
        samples = (sample for family in self._dropped.collect() for sample in family.samples)
        return int(sum(sample.value for sample in samples if sample.name.endswith("_total")))

    def exposition(self) -> bytes:
        """All series in Prometheus' text format."""
        return generate_latest(self.registry)

    def _series_of(self, prediction: Prediction) -> _Series:
        provider = "gatehouse" if prediction.operation == "predict" else "openai"
        what = (
            prediction.operation,
            provider,
            prediction.model,
            prediction.prompt or "",
            prediction.variant or "",
        )
        error = "" if prediction.outcome == "ok" else prediction.outcome
        series = self._series.get((*what, error))
        if series is None:
            series = self._series[(*what, error)] = _Series(
                self._duration.labels(*what, error),
                self._first_token.labels(*what),
                self._tokens.labels(*what, "input"),
                self._tokens.labels(*what, "output"),
                self._usd.labels(*what),
            )
        return series
