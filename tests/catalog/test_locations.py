"""Where things are kept on a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import locations
from catalog.locations import Tool
from tests.kit.executables import executable, only_path


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "/home/somebody/.cache/gatehouse"),
        ({"XDG_CACHE_HOME": "/big/cache"}, "/big/cache/gatehouse"),
        ({"XDG_CACHE_HOME": "/big/cache", "GATEHOUSE_CACHE": "/elsewhere"}, "/elsewhere"),
        ({"GATEHOUSE_CACHE": "~/mine"}, "/home/somebody/mine"),
    ],
)
def test_the_cache_is_the_users_unless_a_variable_moves_it(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "GATEHOUSE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/somebody")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert locations.cache_dir() == Path(expected)


def test_what_set_up_made_comes_before_what_path_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))
    only_path(monkeypatch, tmp_path / "path")
    tool = Tool("anvil", "2.0")
    assert tool.find() is None

    on_path = executable(tmp_path / "path", "anvil", "true")
    assert tool.find() == on_path

    made = executable(tmp_path / "cache" / "tools" / "anvil-2.0" / "bin", "anvil", "true")
    assert tool.find() == made


def test_a_model_file_lies_under_the_digest_of_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_CACHE", "/cache")

    assert locations.model_file(f"sha256:{'a' * 64}", "m.gguf") == Path("/cache/models") / ("a" * 64) / "m.gguf"
    assert locations.answers_file() == Path("/cache/answers.sqlite")
