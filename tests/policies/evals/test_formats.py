"""Formats say yes and no as ajv-formats does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.evals.formats import FORMATS

GOOD = {
    "date": ["2024-02-29"],
    "date-time": ["2024-02-29T23:59:59Z", "2024-02-29t00:00:00.123+02:00", "2024-02-29 00:00:00Z"],
    "email": ["a.b+c@example.com"],
    "hostname": ["example.com", "a-b.c"],
    "ipv4": ["127.0.0.1"],
    "ipv6": ["::1"],
    "regex": ["^a+$"],
    "time": ["23:59:59Z"],
    "uri": ["https://example.com/x?y=1", "urn:isbn:1"],
    "url": ["https://example.com/x"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000"],
}
BAD = {
    "date": ["2023-02-29", "2024-2-3", "2024-02-29 "],
    "date-time": ["2024-02-29", "2024-02-29T23:59:59", "2024-02-29T24:00:01Z"],
    "email": ["a@b", "a b@example.com", "@example.com", "a..b@example.com"],
    "hostname": ["-a.com", "a" * 64 + ".com", ""],
    "ipv4": ["256.0.0.1", "1.2.3"],
    "ipv6": ["1.2.3.4", ":::"],
    "regex": ["("],
    "time": ["25:00:00Z", "10:00:00"],
    "uri": ["example.com", "http://a b", "/x"],
    "url": ["mailto:a@b.c", "https://"],
    "uuid": ["123e4567"],
}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_each_format_tells_good_from_bad(name: str) -> None:
    assert [text for text in GOOD[name] if not FORMATS[name](text)] == []
    assert [text for text in BAD[name] if FORMATS[name](text)] == []


@given(st.sampled_from(sorted(FORMATS)), st.text())
def test_any_text_gets_an_answer(name: str, text: str) -> None:
    assert FORMATS[name](text) in {True, False}
