"""The configuration of a gateway as a resource."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.process.provider import ProcessProvider
from components.process.served import text_of
from components.process.served_provider import ServedConfigProvider
from components.process.site import Site
from tests.kit.processes import told

provider = ServedConfigProvider()


@pytest.fixture
def properties(stand_in: Callable[..., dict[str, Any]], site: Site) -> dict[str, Any]:
    path = site.run_dir / "gateway.json"
    inputs = stand_in("--config", str(path), program="gateway", first_files={str(path): '{"stack": "local"}'})
    url = (ProcessProvider().create(inputs).outs or {})["url"]
    return {"stack": "local", "path": str(path), "gateway_url": url, "config": {"stack": "local", "prompts": {}}}


def test_a_change_is_served_by_the_same_process(properties: dict[str, Any]) -> None:
    outs = provider.create(properties).outs or {}
    pid = told(properties["gateway_url"])["pid"]
    newer = properties | {"config": {"stack": "local", "prompts": {"a": {"live": "v2"}}}}
    assert provider.diff("", outs, newer).changes
    updated = provider.update("", outs, newer).outs or {}
    assert updated["digest"] != outs["digest"]
    assert told(properties["gateway_url"], "/-/served")["config"]["prompts"]["a"]["live"] == "v2"
    assert told(properties["gateway_url"])["pid"] == pid


def test_nothing_new_is_no_change(properties: dict[str, Any]) -> None:
    outs = provider.create(properties).outs or {}
    assert not provider.diff("", outs, dict(properties)).changes


def test_a_gateway_that_serves_something_else_by_now_is_seen_and_put_right(properties: dict[str, Any]) -> None:
    outs = provider.create(properties).outs or {}
    path = Path(properties["path"])
    path.write_text(text_of({"stack": "local", "prompts": {"by hand": {}}}))
    told_to_reload(properties["gateway_url"])

    read = provider.read("id", outs).outs or {}
    assert read["digest"] != outs["digest"]
    assert provider.diff("", outs, dict(properties)).changes
    assert (provider.update("", outs, properties).outs or {})["digest"] == outs["digest"]
    assert json.loads(path.read_text()) == properties["config"]


def test_deleting_it_twice_is_no_error(properties: dict[str, Any]) -> None:
    outs = provider.create(properties).outs or {}
    provider.delete("", outs)
    provider.delete("", outs)
    assert not Path(properties["path"]).exists()
    assert told(properties["gateway_url"])["status"] == "ok"


def told_to_reload(url: str) -> None:
    from urllib.request import Request, urlopen

    urlopen(Request(url + "/-/reload", method="POST"), timeout=5).close()  # noqa: S310 our own stand-in
