"""Answers and streams are read along, however they are cut and whatever stands in them."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.answers import StreamTally, read_whole
from gateway.predictions.record import LONGEST_TEXT, hash_of

EVENTS = (
    b'data: {"choices":[{"delta":{"role":"assistant","content":null}}]}\n\n'
    b'data: {"choices":[{"delta":{"content":"bil"}}]}\r\n\r\n'
    b": a comment\n\n"
    b'data: {"choices":[{"delta":{"content":"ling"},"finish_reason":"stop"}]}\n\n'
    b'data: {"choices":[],"usage":{"prompt_tokens":42,"completion_tokens":2}}\n\n'
    b"data: [DONE]\n\n"
)


@given(cuts=st.lists(st.integers(1, len(EVENTS) - 1), max_size=20))
def test_a_stream_reads_the_same_wherever_it_is_cut(cuts: list[int]) -> None:
    tally, places = StreamTally(), sorted({0, *cuts, len(EVENTS)})
    for at, (start, end) in enumerate(pairwise(places)):
        tally.feed(EVENTS[start:end], float(at))
    told = tally.close()
    assert tally.finished
    assert (told.text, told.text_hash) == ("billing", hash_of(b"billing"))
    assert (told.input_tokens, told.output_tokens) == (42, 2)


@given(junk=st.lists(st.binary(max_size=200), max_size=20))
def test_junk_is_no_error(junk: list[bytes]) -> None:
    tally = StreamTally()
    for piece in junk:
        tally.feed(piece + b"\n", 0.0)
        tally.feed(b"data: " + piece + b"\n", 0.0)
    assert tally.close() is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "usage", "timings", "delta", "text", "message", "content", "prompt_tokens", "prompt_ms"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(answer=st.dictionaries(st.sampled_from(["choices", "usage", "timings"]), json_values))
def test_an_answer_of_any_shape_is_read_without_an_error(answer: dict[str, object]) -> None:
    told = read_whole(answer, b"bytes")
    assert told.input_tokens is None or 0 <= told.input_tokens < 2**53
    tally = StreamTally()
    tally.feed(b"data: " + json.dumps(answer).encode() + b"\n", 0.0)
    tally.close()


def test_the_first_text_sets_the_time_to_the_first_token() -> None:
    tally = StreamTally()
    for at, line in enumerate(EVENTS.splitlines(keepends=True)):
        tally.feed(line, float(at))
    assert tally.first_text_at == 2.0


def test_an_endless_line_and_an_endless_text_are_bounded() -> None:
    tally = StreamTally()
    for _ in range(40):
        tally.feed(b"x" * 100_000, 0.0)
    assert len(tally._rest) <= 1_200_000
    for _ in range(40):
        tally.feed(b'\ndata: {"choices":[{"text":"' + b"y" * 10_000 + b'"}]}\n', 0.0)
    assert len(tally.close().text or "") == LONGEST_TEXT


def test_llama_cpps_own_words_count_where_nobody_asked_the_usage() -> None:
    told = read_whole(
        {"timings": {"prompt_n": 40, "cache_n": 2, "predicted_n": 3, "prompt_ms": 10.5, "predicted_per_token_ms": 2}},
        b"",
    )
    assert (told.input_tokens, told.output_tokens, told.time_to_first_token_ms) == (42, 3, 12.5)
