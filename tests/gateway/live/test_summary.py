"""Sums over predictions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.live.summary import BUCKETS, summarise

row = st.fixed_dictionaries(
    {
        "time": st.floats(-1e6, 1e6),
        "outcome": st.sampled_from(["ok", "upstream_timeout", "cancelled"]),
        "latency_ms": st.floats(0, 1e5),
        "time_to_first_token_ms": st.none() | st.floats(0, 1e5),
        "input_tokens": st.none() | st.integers(0, 10_000),
        "output_tokens": st.none() | st.integers(0, 10_000),
        "usd": st.none() | st.floats(0, 10),
        "feedback_score": st.none() | st.floats(-1, 1),
    }
)


@given(rows=st.lists(row, max_size=60))
def test_the_points_in_time_add_up_to_the_whole(rows: list[dict[str, object]]) -> None:
    told = summarise(rows, 0.0, 10.0)
    points = told["series"]
    assert sum(point["requests"] for point in points) == told["requests"] == len(rows)
    assert sum(point["errors"] for point in points) == told["errors"]
    assert sum(point["tokens"] for point in points) == told["input_tokens"] + told["output_tokens"]
    feedback = told["feedback"]
    assert sum(point["rated"] for point in points) == feedback["positive"] + feedback["negative"]
    assert all(0 <= point["bucket"] < BUCKETS for point in points)
    assert (told["usd"] is None) == all(one["usd"] is None for one in rows)
