"""Addresses for operators."""

from __future__ import annotations

from tests.kit.gateway import RunningGateway


def test_health_says_no_more_than_that(running: RunningGateway) -> None:
    assert running.ask("/-/health").json() == {"status": "ok"}


def test_the_models_are_listed_as_openai_does(running: RunningGateway) -> None:
    listed = running.ask("/v1/models").json()
    assert listed["object"] == "list"
    assert [model["id"] for model in listed["data"]] == ["stub", "cells"]


def test_no_page_loads_anything_from_elsewhere(running: RunningGateway) -> None:
    page = running.ask("/").content.decode()
    assert "https://" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert running.ask("/docs").status == running.ask("/redoc").status == 404
    assert "/-/reload" in running.ask("/openapi.json").json()["paths"]


def test_an_unknown_address_is_a_json_error_too(running: RunningGateway) -> None:
    answer = running.ask("/v1/nothing")
    assert (answer.status, answer.error["code"]) == (404, "not_found")
    assert running.ask("/-/reload").error["code"] == "method_not_allowed"


def test_a_window_that_there_is_not_is_refused(running: RunningGateway) -> None:
    answer = running.ask("/-/stats?window=7")
    assert (answer.status, answer.error["param"]) == (422, "window")
    assert running.ask("/-/stats?window=x").status == 422


def test_statistics_hold_neither_content_nor_users(running: RunningGateway) -> None:
    running.ask("/v1/prompts/routing", {"inputs": {"ticket": "a private matter"}, "user": "ann"})
    text = running.ask("/-/stats?window=900").content.decode()
    assert "private" not in text
    assert "ann" not in text.replace("channel", "")
    assert "predictions.sqlite" not in text
