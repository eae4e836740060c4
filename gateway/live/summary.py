"""Predictions of one variant put together: traffic, errors, latency, tokens, cost, feedback; in all and over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.live.statistics import Share, quantile, share

BUCKETS = 48


@dataclass(slots=True)
class Tally:
    """Sums over some predictions."""

    requests: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)
    first_tokens_ms: list[float] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float | None = None
    positive: int = 0
    negative: int = 0
    neutral: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """One row of the log."""
        self.requests += 1
        self.outcomes[row["outcome"]] += 1
        if row["outcome"] == "ok":
            self.latencies_ms.append(row["latency_ms"])
        if row["time_to_first_token_ms"] is not None:
            self.first_tokens_ms.append(row["time_to_first_token_ms"])
        self.input_tokens += row["input_tokens"] or 0
        self.output_tokens += row["output_tokens"] or 0
        if row["usd"] is not None:
            self.usd = (self.usd or 0.0) + row["usd"]
        self._rate(row["feedback_score"])

    def _rate(self, score: float | None) -> None:
        if score is not None:
            self.positive += score > 0
            self.negative += score < 0
            self.neutral += score == 0

    @property
    def errors(self) -> int:
        """Requests that did not end well; a client that left is nobody's error."""
        return self.requests - self.outcomes["ok"] - self.outcomes["cancelled"]

    @property
    def quality(self) -> Share | None:
        """The share of thumbs up among thumbs up and down."""
        return share(self.positive, self.positive + self.negative)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; a number that is unknown is null."""
        quality, error_rate = self.quality, share(self.errors, self.requests)
        return {
            "requests": self.requests,
            "errors": self.errors,
            "error_rate": error_rate.as_dict() if error_rate else None,
            "outcomes": dict(self.outcomes.most_common(20)),
            "latency_ms": _quantiles(self.latencies_ms),
            "first_token_ms": _quantiles(self.first_tokens_ms),
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "usd": self.usd,
            "quality": quality.as_dict() if quality else None,
            "feedback": {"positive": self.positive, "negative": self.negative, "neutral": self.neutral},
        }

    def as_point(self, bucket: int) -> dict[str, Any]:
        """For JSON: one place on the time axis."""
        latency, first_token = _quantiles(self.latencies_ms), _quantiles(self.first_tokens_ms)
        return {
            "bucket": bucket,
            "requests": self.requests,
            "errors": self.errors,
            "p50_ms": latency["p50"] if latency else None,
            "p95_ms": latency["p95"] if latency else None,
            "first_token_ms": first_token["p50"] if first_token else None,
            "tokens": self.input_tokens + self.output_tokens,
            "usd": self.usd,
            "positive": self.positive,
            "rated": self.positive + self.negative,
        }


def summarise(rows: Iterable[Mapping[str, Any]], start: float, bucket_seconds: float) -> dict[str, Any]:
    """Rows of one variant in all, and as points in time from `start` on; points without requests are left out."""
    total, points = Tally(), [Tally() for _ in range(BUCKETS)]
    for row in rows:
        total.add(row)
        points[max(0, min(BUCKETS - 1, int((row["time"] - start) / bucket_seconds)))].add(row)
    series = [point.as_point(place) for place, point in enumerate(points) if point.requests]
    return {**total.as_dict(), "series": series}


def _quantiles(values: list[float]) -> dict[str, float | None] | None:
    if not values:
        return None
    ordered = sorted(values)
    return {"p50": quantile(ordered, 0.5), "p95": quantile(ordered, 0.95)}
