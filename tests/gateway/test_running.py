"""Reload, drain and restart of a real gateway process, under load."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.kit.gateway import (
    RunningGateway,
    eventually,
    gateway,
    gateway_config,
    prompt_config,
    prompt_text,
    write_config,
)
from tests.kit.mannered_model import ManneredModel


def served_by(stub: ManneredModel, folder: Path, live: str, **changes: object) -> dict[str, object]:
    text = {live: prompt_text(f"Text of {live}.")}
    return gateway_config(folder, stub.url, prompts={"routing": prompt_config({live: 1.0}, live, text)}, **changes)


def run(one: RunningGateway) -> str:
    answer = one.ask("/v1/prompts/routing", {"inputs": {"ticket": "x"}})
    assert answer.status == 200, answer.content
    return str(answer.json()["variant"])


def test_a_reload_under_load_swaps_the_state_and_loses_no_request(stub: ManneredModel, tmp_path: Path) -> None:
    config = write_config(tmp_path / "gateway.json", served_by(stub, tmp_path, "v1"))
    with gateway(config) as one:
        done, seen = threading.Event(), []

        def ask_on() -> None:
            while not done.is_set():
                seen.append(run(one))

        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(ask_on) for _ in range(4)]
            for version in range(2, 12):
                write_config(config, served_by(stub, tmp_path, f"v{version}"))
                assert one.ask("/-/reload", b"").json()["changed"] is True
                assert run(one) == f"v{version}"
            done.set()
            for one_asking in asking:
                one_asking.result(20)
        assert set(seen) <= {f"v{version}" for version in range(1, 12)}
        assert one.ask("/-/served").json()["prompts"]["routing"]["live"] == "v11"
        assert one.metric("gatehouse_reloads_total", outcome="swapped") == 10


def test_a_request_in_flight_finishes_on_the_state_that_it_began_with(stub: ManneredModel, tmp_path: Path) -> None:
    config = write_config(tmp_path / "gateway.json", served_by(stub, tmp_path, "v1"))
    with gateway(config) as one, ThreadPoolExecutor(1) as pool:
        asked = len(stub.asked)
        slow = pool.submit(one.ask, "/v1/prompts/routing", {"inputs": {"ticket": "do:slow"}})
        assert eventually(lambda: len(stub.asked), asked + 1) == asked + 1
        write_config(config, served_by(stub, tmp_path, "v2"))
        one.ask("/-/reload", b"")
        assert run(one) == "v2"
        assert slow.result(10).json()["variant"] == "v1"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda _: b"{,", ":1:2: is not JSON"),
        (lambda config: json.dumps({**config, "endpoint": {}}).encode(), "endpoint: Extra inputs are not permitted."),
        (
            lambda config: json.dumps(config).replace("Text of v1", "Text of vX").encode(),
            "prompts.routing.variants.v1: the text has digest",
        ),
        (
            lambda config: json.dumps(config).replace('"v1": 1.0', '"v1": 0.9').encode(),
            "prompts.routing: Value error, shares lie between 0 and 1 and add up to 1",
        ),
        (
            lambda config: json.dumps({**config, "endpoints": {}}).encode(),
            "prompts.routing.variants.v1: asks the model 'stub'; served are: none.",
        ),
    ],
)
def test_a_bad_file_is_refused_with_the_reason_and_the_old_state_stays(
    stub: ManneredModel, tmp_path: Path, spoil: object, reason: str
) -> None:
    good = served_by(stub, tmp_path, "v1")
    config = write_config(tmp_path / "gateway.json", good)
    with gateway(config) as one:
        before = one.ask("/-/served").json()
        config.write_bytes(spoil(good))  # type: ignore[operator]  # one of the functions above
        refused = one.ask("/-/reload", b"")
        assert (refused.status, refused.error["code"]) == (422, "invalid_config")
        assert reason in refused.error["message"]
        assert one.ask("/-/served").json() == before
        assert run(one) == "v1"


def test_what_is_served_is_told_by_digest_and_health(stub: ManneredModel, tmp_path: Path) -> None:
    config = write_config(tmp_path / "gateway.json", gateway_config(tmp_path, stub.url))
    with gateway(config) as one:
        served = one.ask("/-/served").json()
        assert served["digest"].startswith("sha256:")
        assert served["prompts"]["routing"]["shares"] == {"v1": 0.8, "v2": 0.2}
        assert served["models"]["stub"]["healthy"] is True
        stub.healthy = False
        try:
            assert one.ask("/-/served").json()["models"]["stub"]["healthy"] is False
        finally:
            stub.healthy = True
