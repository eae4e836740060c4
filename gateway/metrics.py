"""What Prometheus reads: OpenTelemetry's GenAI names in Prometheus form, and what they have no name for.

Names, attributes and bucket boundaries: OpenTelemetry semantic conventions for generative AI metrics
(github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/gen-ai-metrics.md, status Development). Labels take
only names that the gateway serves and the fixed codes of its errors, so that no caller can add a series.
"""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

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


class Metrics:
    """The series of one gateway process."""

    def __init__(self) -> None:
        # Twice as many series for a date that nobody asks.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library gives it no types
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
        self._known: dict[tuple[Any, tuple[str, ...]], Any] = {}

    def observe(self, prediction: Prediction) -> None:
        """Count one operation that ended; a number that is unknown is not counted as 0."""
        what = (
            prediction.operation,
            "gatehouse" if prediction.operation == "predict" else "openai",
            prediction.model,
            prediction.prompt or "",
            prediction.variant or "",
        )
        error = "" if prediction.outcome == "ok" else prediction.outcome
        self._series(self._duration, (*what, error)).observe(prediction.latency_ms / 1000)
        if prediction.time_to_first_token_ms is not None:
            self._series(self._first_token, what).observe(prediction.time_to_first_token_ms / 1000)
        if prediction.input_tokens is not None:
            self._series(self._tokens, (*what, "input")).observe(prediction.input_tokens)
        if prediction.output_tokens is not None:
            self._series(self._tokens, (*what, "output")).observe(prediction.output_tokens)
        if prediction.usd is not None:
            self._series(self._usd, what).inc(prediction.usd)

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

    def _series(self, instrument: Any, labels: tuple[str, ...]) -> Any:
        """The series of an instrument with these labels, looked up by it only once."""
        found = self._known.get((instrument, labels))
        if found is None:
            found = self._known[instrument, labels] = instrument.labels(*labels)
        return found
