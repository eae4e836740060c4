"""A gateway starts clearly or not at all, and drains before it ends."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest

from tests.kit.gateway import ROOT, asked_to, eventually, gateway, gateway_config, write_config
from tests.kit.mannered_model import ManneredModel

CHAT = "/v1/chat/completions"


def test_a_drain_finishes_what_runs_takes_nothing_new_and_ends_with_zero(stub: ManneredModel, tmp_path: Path) -> None:
    config = write_config(tmp_path / "gateway.json", gateway_config(tmp_path, stub.url))
    with gateway(config) as one, ThreadPoolExecutor(2) as pool:
        asked = len(stub.asked)
        running = [pool.submit(one.ask, "/v1/chat/completions", asked_to("slow")) for _ in range(2)]
        assert eventually(lambda: len(stub.asked), asked + 2) == asked + 2
        one.process.terminate()
        time.sleep(0.2)
        with pytest.raises(URLError):
            one.ask("/-/health")
        assert [answer.result(10).status for answer in running] == [200, 200]
        assert one.process.wait(20) == 0
    with gateway(config) as again:
        stats = again.ask("/-/stats").json()
        assert stats["models"][0]["direct"]["requests"] == 2


@pytest.mark.parametrize("stream", [False, True])
def test_a_drain_does_not_wait_for_ever(stub: ManneredModel, tmp_path: Path, stream: bool) -> None:
    limits = {"request_timeout_seconds": 60}
    config = write_config(tmp_path / "gateway.json", gateway_config(tmp_path, stub.url, limits=limits))
    with gateway(config, "--drain-seconds", "1") as one, ThreadPoolExecutor(1) as pool:
        asked = len(stub.asked)
        stalled = pool.submit(one.ask, "/v1/chat/completions", asked_to("stall", stream=stream))
        assert eventually(lambda: len(stub.asked), asked + 1) == asked + 1
        assert one.end(20) == 0
        answer = stalled.result(10)
        assert answer.status == (200 if stream else 503)
        assert b'"code":"shutting_down"' in answer.content
    with sqlite3.connect(tmp_path / "predictions.sqlite") as log:
        assert log.execute("SELECT outcome FROM predictions").fetchall() == [("cancelled",)]


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def test_a_file_that_cannot_be_served_ends_the_start_with_2_and_the_reason(tmp_path: Path) -> None:
    (tmp_path / "gateway.json").write_text("{}")
    ended = start("--config", str(tmp_path / "gateway.json"), "--port", "0")
    assert ended.returncode == 2
    assert "gateway.json: endpoints: Field required." in ended.stderr
    assert "Traceback" not in ended.stderr
    assert start("--config", str(tmp_path / "none.json"), "--port", "0").returncode == 2


def test_a_taken_port_ends_the_start_with_4_and_the_reason(stub: ManneredModel, tmp_path: Path) -> None:
    config = write_config(tmp_path / "gateway.json", gateway_config(tmp_path, stub.url))
    ended = start("--config", str(config), "--port", str(urlsplit(stub.url).port))
    assert ended.returncode == 4
    assert "cannot listen" in ended.stderr
    assert "Traceback" not in ended.stderr
