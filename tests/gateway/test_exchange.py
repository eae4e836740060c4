"""Each question leaves one record, however it ends."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.kit.gateway import RunningGateway, asked_to, eventually, gateway, gateway_config, write_config
from tests.kit.mannered_model import ManneredModel

CHAT = "/v1/chat/completions"


def test_the_log_names_the_version_and_keeps_the_user_only_as_a_hash(running: RunningGateway, log_path: Path) -> None:
    prediction = running.ask(
        "/v1/prompts/routing", {"inputs": {"ticket": "a secret ticket"}, "user": "ann@example.org"}
    ).json()
    running.ask(f"/v1/predictions/{prediction['prediction_id']}/feedback", {"score": 1})
    with sqlite3.connect(log_path) as log:
        log.row_factory = sqlite3.Row
        row = dict(log.execute("SELECT * FROM predictions WHERE id = ?", (prediction["prediction_id"],)).fetchone())
    assert (row["prompt"], row["variant"], row["model"]) == ("routing", prediction["variant"], "stub")
    assert row["prompt_digest"].startswith("sha256:")
    assert row["model_digest"] == f"sha256:{'a' * 64}"
    assert (row["input_tokens"], row["output_tokens"], row["outcome"]) == (42, 2, "ok")
    assert row["usd"] > 0
    assert row["feedback_score"] == 1.0
    assert len(row["user_hash"]) == 32
    assert row["input_text"] is row["output_text"] is None
    assert "ann" not in str(row)
    assert "secret" not in str(row)


def test_a_log_that_cannot_be_kept_fails_no_request(stub: ManneredModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    log = {"path": str(tmp_path / "file" / "log.sqlite"), "content": True, "max_records": 1_000}
    with gateway(write_config(tmp_path / "gateway.json", gateway_config(tmp_path, stub.url, log=log))) as one:
        answer = one.ask("/v1/chat/completions", asked_to("answer"))
        assert answer.status == 200
        prediction = answer.headers["x-gatehouse-prediction-id"]
        refused = one.ask(f"/v1/predictions/{prediction}/feedback", {"score": 1})
        assert (refused.status, refused.error["code"]) == (503, "log_unavailable")
        assert eventually(lambda: one.metric("gatehouse_prediction_log_dropped_total"), 1) == 1
        assert one.ask("/-/stats").json()["log"]["dropped"] == 1
