"""Feedback on predictions, and their content forgotten."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.kit.gateway import RunningGateway, gateway, gateway_config, write_config
from tests.kit.mannered_model import ManneredModel

NONE = "0" * 32


def predicted(running: RunningGateway) -> str:
    answer = running.ask("/v1/prompts/routing", {"inputs": {"ticket": "x"}, "variant": "v1"})
    return str(answer.json()["prediction_id"])


def test_feedback_is_kept_and_a_later_one_replaces_it(running: RunningGateway, log_path: Path) -> None:
    one = predicted(running)
    assert running.ask(f"/v1/predictions/{one}/feedback", {"score": -1, "comment": "wrong queue"}).status == 200
    answer = running.ask(f"/v1/predictions/{one}/feedback", {"score": 0.5})
    assert answer.json() == {"prediction_id": one, "score": 0.5}
    with sqlite3.connect(log_path) as log:
        kept = log.execute("SELECT feedback_score, feedback_comment FROM predictions WHERE id = ?", (one,)).fetchone()
    assert kept == (0.5, None)
    assert running.metric("gatehouse_feedback_total", gatehouse_variant="v1", sign="positive") >= 1


@pytest.mark.parametrize(
    ("feedback", "param"),
    [
        ({"score": 2}, "score"),
        ({"score": "good"}, "score"),
        ({}, "score"),
        ({"score": 1, "comment": "x" * 2_001}, "comment"),
        ({"score": 1, "stars": 5}, "stars"),
    ],
)
def test_feedback_out_of_bounds_is_refused(running: RunningGateway, feedback: dict[str, object], param: str) -> None:
    answer = running.ask(f"/v1/predictions/{NONE}/feedback", feedback)
    assert (answer.status, answer.error["param"]) == (422, param)


def test_feedback_on_an_unknown_prediction_is_a_404(running: RunningGateway) -> None:
    assert running.ask(f"/v1/predictions/{NONE}/feedback", {"score": 1}).error["code"] == "prediction_not_found"
    assert running.ask("/v1/predictions/x'; DROP TABLE/feedback".replace(" ", "%20"), {"score": 1}).status == 422


def test_feedback_that_is_too_long_to_be_one_is_refused(running: RunningGateway) -> None:
    answer = running.ask(f"/v1/predictions/{NONE}/feedback", {"score": 1, "comment": "x" * 70_000})
    assert (answer.status, answer.error["code"]) == (413, "request_too_large")


def test_content_is_kept_only_where_the_stack_says_so_and_can_be_forgotten(stub: ManneredModel, tmp_path: Path) -> None:
    log = {"path": str(tmp_path / "predictions.sqlite"), "content": True, "max_records": 1_000}
    config = write_config(tmp_path / "gateway.json", gateway_config(tmp_path, stub.url, log=log))
    with gateway(config) as one:
        answer = one.ask("/v1/prompts/routing", {"inputs": {"ticket": "a private matter"}, "user": "ann"})
        prediction = answer.json()["prediction_id"]
        one.ask(f"/v1/predictions/{prediction}/feedback", {"score": 1, "comment": "a private comment"})
        assert kept(tmp_path)[:2] == ('{"ticket":"a private matter"}', "billing")
        redacted = one.ask(f"/v1/predictions/{prediction}/content", method="DELETE")
        assert redacted.json() == {"prediction_id": prediction, "redacted": True}
        assert kept(tmp_path) == (None, None, None, "", None, None, 1.0, 42)
        assert one.ask(f"/v1/predictions/{NONE}/content", method="DELETE").status == 404
    assert not any(b"private" in file.read_bytes() for file in tmp_path.glob("predictions*"))


def kept(folder: Path) -> tuple[object, ...]:
    with sqlite3.connect(folder / "predictions.sqlite") as log:
        found: tuple[object, ...] = log.execute(
            "SELECT input_text, output_text, feedback_comment, input_hash, output_hash, user_hash, feedback_score, "
            "input_tokens FROM predictions"
        ).fetchone()
    return found
