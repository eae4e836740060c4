"""What a gateway serves, changed on a running stand-in for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.process import served
from components.process.provider import ProcessProvider
from components.process.site import Site
from tests.kit.processes import told

CONFIG = {"stack": "local", "endpoints": {}, "prompts": {"a": {"shares": {"v1": 1.0}}}}


@pytest.fixture
def gateway(stand_in: Callable[..., dict[str, Any]], site: Site) -> tuple[str, Path]:
    """The address of a running gateway, and its file."""
    path = site.run_dir / "gateway.json"
    files = {str(path): json.dumps({"stack": "local"})}
    inputs = stand_in("--config", str(path), program="gateway", first_files=files)
    outs = ProcessProvider().create(inputs).outs or {}
    return outs["url"], path


def test_what_is_served_is_what_was_asked_for(gateway: tuple[str, Path]) -> None:
    url, path = gateway
    digest = served.serve(path, url, CONFIG)
    assert told(url, "/-/served") == {"digest": digest, "config": CONFIG}
    assert served.served_digest(url) == digest == served.digest_of(path.read_text())


def test_a_refused_configuration_leaves_what_was_served(gateway: tuple[str, Path]) -> None:
    url, path = gateway
    digest = served.serve(path, url, CONFIG)
    with pytest.raises(served.ServeError, match=r"(?s)refuses.*422.*it asks to be refused"):
        served.serve(path, url, CONFIG | {"refuse": True})
    assert served.digest_of(path.read_text()) == served.served_digest(url) == digest


def test_a_gateway_that_is_not_there_is_an_error_and_the_file_is_put_back(gateway: tuple[str, Path]) -> None:
    _, path = gateway
    before = path.read_text()
    with pytest.raises(served.ServeError, match="does not answer"):
        served.serve(path, "http://127.0.0.1:9", CONFIG)
    assert path.read_text() == before


def test_whole_numbers_are_written_whole() -> None:
    """The engine makes every number a float, and the gateway counts bytes in whole ones."""
    assert json.loads(served.text_of({"a": [1.0, 0.25], "b": {"c": 64.0}, "d": True})) == {
        "a": [1, 0.25],
        "b": {"c": 64},
        "d": True,
    }
    assert "1.0" not in served.text_of({"a": 1.0})


def test_the_order_of_the_keys_is_no_difference() -> None:
    assert served.text_of({"a": 1, "b": 2}) == served.text_of({"b": 2, "a": 1})
