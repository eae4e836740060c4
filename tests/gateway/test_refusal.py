"""Errors in OpenAI's shape, bounded whatever was asked."""

from __future__ import annotations

import json

import pytest

from gateway.refusal import Refusal, bad_request, unknown


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "invalid_request_error"), (404, "invalid_request_error"), (429, "rate_limit_error"), (502, "api_error")],
)
def test_an_error_has_openais_shape(status: int, kind: str) -> None:
    error = json.loads(Refusal(status, "some_code", "A sentence.", param="model").body)["error"]
    assert error == {"message": "A sentence.", "type": kind, "param": "model", "code": "some_code"}


def test_headers_tell_when_to_come_back_and_close_what_was_not_read() -> None:
    assert (b"retry-after", b"7") in Refusal(429, "x", "y", retry_after_seconds=7).headers
    assert (b"connection", b"close") in Refusal(413, "x", "y").headers
    assert (b"connection", b"close") not in bad_request("y").headers


def test_an_unknown_name_is_answered_within_bounds() -> None:
    refusal = unknown("model", "x" * 100_000, [f"model-{number:03}" for number in range(150)])
    assert refusal.status == 404
    assert len(refusal.message) < 600
    assert "model-019, …" in refusal.message
    assert unknown("prompt", "x", []).message == "There is no prompt 'x'. No prompt is served here."


def test_what_was_asked_cannot_break_the_json() -> None:
    name = '"}\n\u202e<script>\ud800'
    message = json.loads(unknown("model", name.encode("utf-8", "replace").decode(), ["a"]).body)["error"]["message"]
    assert "<script>" in message
