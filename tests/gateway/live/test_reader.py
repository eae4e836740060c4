"""The page's data, read beside the writer."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.config import GatewayConfig
from gateway.live.reader import StatsReader
from gateway.predictions.record import Prediction, new_id
from gateway.running import Gateway
from gateway.served import build_served
from tests.kit.gateway import gateway_config


def make(folder: Path) -> Gateway:
    config = gateway_config(folder, "http://127.0.0.1:9")
    return Gateway(folder / "gateway.json", build_served(GatewayConfig.model_validate(config), "sha256:0"))


def test_many_readers_cost_one_reading(tmp_path: Path) -> None:
    gateway = make(tmp_path)
    reader = StatsReader(gateway)

    async def read() -> list[float]:
        told = await asyncio.gather(*(reader.read(900) for _ in range(5)))
        return [one["now"] for one in told]

    assert len(set(asyncio.run(read()))) == 1
    gateway.writer.close()


def test_a_log_that_cannot_be_read_is_said_and_the_rest_is_told(tmp_path: Path) -> None:
    gateway = make(tmp_path)
    gateway.writer.close()
    (tmp_path / "predictions.sqlite").write_bytes(b"no log" * 1_000)
    told = asyncio.run(StatsReader(gateway).read(900))
    assert told["log"]["problem"] == "The prediction log cannot be read: file is not a database."
    assert [prompt["name"] for prompt in told["prompts"]] == ["routing"]


def test_only_the_window_is_read(tmp_path: Path) -> None:
    gateway = make(tmp_path)
    for at in (0.0, 1e12):
        gateway.writer.keep(Prediction(id=new_id(), time=at, operation="chat", model="stub"))
    gateway.writer.close()
    told = asyncio.run(StatsReader(gateway).read(900))
    assert (told["log"]["sampled"], told["log"]["kept"]) == (1, 2)
