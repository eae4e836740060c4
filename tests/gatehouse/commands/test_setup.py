"""`gatehouse setup` on a machine where everything is there already, as it is before every test run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.locations import LLAMA_SERVER, PULUMI
from gatehouse.commands.setup import command

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _in_this_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.engine
def test_it_names_every_tool_and_every_model_with_its_licence() -> None:
    result = CliRunner().invoke(command, [], standalone_mode=False)

    assert result.exception is None
    assert f"pulumi {PULUMI.version} (" in result.output
    assert f"llama-server {LLAMA_SERVER.version} (" in result.output
    assert "licence LicenseRef-Gemma, https://ai.google.dev/gemma/terms" in result.output
    assert result.output.splitlines()[-1] == "Everything is there."


@pytest.mark.engine
def test_json_holds_paths_that_exist_and_verified_sizes() -> None:
    facts = json.loads(CliRunner().invoke(command, ["--json"], standalone_mode=False).output)

    assert [tool["name"] for tool in facts["tools"]] == ["pulumi", "llama-server"]
    assert all(Path(entry["path"]).is_file() for entry in [*facts["tools"], *facts["models"]])
    assert {model["name"]: model["bytes"] for model in facts["models"]}["gemma-3-270m"] == 253_113_024
