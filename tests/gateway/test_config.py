"""The file that says what is served: each mistake is told with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.config import ConfigError, parse_config, read_config
from tests.kit.gateway import gateway_config

GOOD = gateway_config(Path("/nowhere"), "http://127.0.0.1:9")


def parse(config: object) -> None:
    parse_config(json.dumps(config).encode(), "gateway.json")


def changed(*path: str, value: object) -> dict[str, Any]:
    config = json.loads(json.dumps(GOOD))
    place = config
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return dict(config)


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "gateway.json"
    file.write_text(json.dumps(GOOD))
    config, digest = read_config(file)
    assert config.limits.max_concurrent_requests == 8
    assert config.prompts["routing"].shares == {"v1": 0.8, "v2": 0.2}
    assert digest.startswith("sha256:")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ([], "gateway.json: the file: Input should be"),
        (
            changed("limits", "max_concurrent_requests", value=0),
            "max_concurrent_requests: Input should be gr",
        ),
        (changed("limits", "max_request", value=1), "limits.max_request: Extra inputs are not permitted"),
        (changed("endpoints", "stub", "url", value="file:///etc/passwd"), "endpoints.stub.url: String should match"),
        (changed("endpoints", "stub", "url", value="http://user:word@host"), "endpoints.stub.url: String should match"),
        (changed("endpoints", "stub", "digest", value="abc"), "endpoints.stub.digest: String should match"),
        (changed("endpoints", "Bad Name", value={}), "endpoints.Bad Name.[key]: String should match"),
        (changed("prompts", "routing", "live", value="v9"), "no text for variant v9; there are v1, v2"),
        (changed("prompts", "routing", "shares", value={"v1": 1.5, "v2": -0.5}), "shares lie between 0 and 1"),
        (changed("prompts", "routing", "shares", value={"v1": 0.5}), "add up to 1"),
        (changed("log", "max_records", value=5), "log.max_records: Input should be greater"),
    ],
)
def test_a_mistake_is_told_with_its_place(config: object, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(config)
    assert said in str(caught.value)


def test_every_mistake_is_told_at_once() -> None:
    config = changed("limits", value={"max_request_bytes": 1, "request_timeout_seconds": 0})
    with pytest.raises(ConfigError) as caught:
        parse(config)
    assert len(str(caught.value).splitlines()) == 2


def test_what_is_no_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read: No such file or directory\."):
        read_config(tmp_path / "none.json")
    with pytest.raises(ConfigError, match=r":1:11: is not JSON"):
        parse_config(b'{"stack": }', "gateway.json")
