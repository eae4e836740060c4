"""What `/-/stats` answers: everything that is served, and how it did in a window of time. No content, no user."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.live.statistics import difference
from gateway.live.summary import BUCKETS, Tally, summarise
from gateway.served import Served, ServedPrompt

WINDOWS_SECONDS = (900, 3_600, 86_400, 604_800)
Row = Mapping[str, Any]
_BY_SPLIT = {"user", "chance"}


def report(served: Served, rows: Sequence[Row], *, now: float, window_seconds: int) -> dict[str, Any]:
    """The page's data, from the rows of the log that lie within the window."""
    start = now - window_seconds
    by_variant: dict[tuple[str, str], list[Row]] = defaultdict(list)
    by_model: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["prompt"] is None:
            by_model[row["model"]].append(row)
        else:
            by_variant[row["prompt"], row["variant"]].append(row)
    bucket_seconds = window_seconds / BUCKETS
    return {
        "stack": served.stack,
        "digest": served.digest,
        "now": now,
        "start": start,
        "window_seconds": window_seconds,
        "windows_seconds": WINDOWS_SECONDS,
        "bucket_seconds": bucket_seconds,
        "buckets": BUCKETS,
        "prompts": [_prompt(prompt, by_variant, start, bucket_seconds) for prompt in served.prompts.values()],
        "models": [
            {
                "name": model.name,
                "task": model.task,
                "digest": model.digest,
                "license": model.license,
                "direct": summarise(by_model[model.name], start, bucket_seconds),
            }
            for model in served.endpoints.values()
        ],
    }


def _prompt(
    prompt: ServedPrompt, by_variant: Mapping[tuple[str, str], list[Row]], start: float, bucket_seconds: float
) -> dict[str, Any]:
    live = prompt.variants[prompt.live]
    retired = sorted(variant for name, variant in by_variant if name == prompt.name and variant not in prompt.variants)
    return {
        "name": prompt.name,
        "description": live.variant.spec.description,
        "live": prompt.live,
        "inputs": live.inputs.schema,
        "defaults": live.inputs.defaults,
        "variants": [
            {
                "name": variant,
                "share": prompt.shares.get(variant, 0.0),
                "served": variant in prompt.variants,
                **_versions(prompt, variant),
                **summarise(by_variant.get((prompt.name, variant), ()), start, bucket_seconds),
            }
            for variant in (*prompt.variants, *retired)
        ],
        "comparisons": _comparisons(prompt, by_variant),
    }


def _versions(prompt: ServedPrompt, variant: str) -> dict[str, str | None]:
    chosen = prompt.variants.get(variant)
    if chosen is None:
        return {"digest": None, "model": None, "template": None}
    return {"digest": chosen.variant.digest, "model": chosen.endpoint.name, "template": chosen.variant.template}


def _comparisons(prompt: ServedPrompt, by_variant: Mapping[tuple[str, str], list[Row]]) -> list[dict[str, Any]]:
    """Each other variant against the live one, on requests that the split assigned: a chosen variant is no sample."""
    tallies = {variant: _split_only(by_variant.get((prompt.name, variant), ())) for variant in prompt.variants}
    live = tallies[prompt.live]
    found = []
    for variant, tally in tallies.items():
        if variant != prompt.live and tally.requests:
            quality = difference(tally.quality, live.quality)
            found.append(
                {
                    "variant": variant,
                    "against": prompt.live,
                    "requests": tally.requests,
                    "requests_against": live.requests,
                    "quality": quality,
                    "reading": _reading(quality),
                }
            )
    return found


def _split_only(rows: Sequence[Row]) -> Tally:
    tally = Tally()
    for row in rows:
        if row["assigned_by"] in _BY_SPLIT:
            tally.add(row)
    return tally


def _reading(quality: Mapping[str, float] | None) -> str:
    if quality is None:
        return "no_feedback"
    if quality["low"] > 0:
        return "better"
    return "worse" if quality["high"] < 0 else "no_difference_shown"
