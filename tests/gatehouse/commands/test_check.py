"""`gatehouse check` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kit.command import gatehouse
from tests.kit.deployable import Deployable
from tests.kit.executables import only_path, tools_of_the_system


def test_a_misspelt_field_is_exit_code_2_with_file_and_line(checkout: Deployable) -> None:
    checkout.repository.write("prompts/greet/rollout.yaml", "live: a\nownr: team-a\n")
    done = gatehouse(checkout.root, "check", "--base", "main")
    assert done.returncode == 2
    assert "prompts/greet/rollout.yaml:2" in done.stdout
    assert "Did you mean 'owner'?" in done.stdout


def test_a_secret_is_exit_code_1_and_is_not_shown(checkout: Deployable) -> None:
    key = "AKIA" + "IOSFODNN7QWERTYU"
    checkout.repository.write("models/tiny/card.md", f"the key is {key}\n")
    done = gatehouse(checkout.root, "check", "--base", "main")
    assert done.returncode == 1
    assert "models/tiny/card.md:1" in done.stdout
    assert key not in done.stdout + done.stderr


def test_without_an_engine_it_is_exit_code_4_with_the_way_to_get_it(
    checkout: Deployable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_path(monkeypatch, tools_of_the_system(tmp_path / "tools", "git"))
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))
    checkout.repository.write("stacks/Pulumi.local.yaml", _with_another_budget(checkout))
    done = gatehouse(checkout.root, "check", "--base", "main")
    assert done.returncode == 4
    assert "make setup" in done.stdout


def _with_another_budget(checkout: Deployable) -> str:
    return (checkout.root / "stacks/Pulumi.local.yaml").read_text().replace("usd_per_month: 50", "usd_per_month: 51")


def test_nothing_touched_is_exit_code_0_and_json_on_demand(checkout: Deployable) -> None:
    done = gatehouse(checkout.root, "check", "--base", "main", "--json", "--out", "review")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "pass"
    assert (checkout.root / "review/comment.md").is_file()


@pytest.mark.engine
def test_a_dead_model_is_exit_code_4(checkout: Deployable) -> None:
    checkout.go_live("b")
    done = gatehouse(checkout.root, "check", "--base", "main", "--url", "tiny=http://127.0.0.1:1")
    assert done.returncode == 4


def test_an_unknown_base_is_exit_code_2(checkout: Deployable) -> None:
    done = gatehouse(checkout.root, "check", "--base", "nope")
    assert done.returncode == 2
    assert "Branches here: main" in done.stderr


def test_outside_a_checkout_it_is_said_so(tmp_path: Path) -> None:
    done = gatehouse(tmp_path, "check")
    assert done.returncode == 2
    assert "not inside a Gatehouse repository" in done.stderr
