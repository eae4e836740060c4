"""The environment for `pulumi` typed by hand."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.kit.command import gatehouse
from tests.kit.small_repository import write_small_repository


def test_a_shell_can_evaluate_it_whatever_the_folder_is_called(tmp_path: Path) -> None:
    root = write_small_repository(tmp_path / "it's $(here)")
    text = gatehouse(root, "env").stdout
    shell = ["bash", "-c", 'eval "$1"; printf %s "$PULUMI_BACKEND_URL"', "bash", text]
    done = subprocess.run(shell, capture_output=True, text=True, check=True)
    assert done.stdout == f"file://{root}/.gatehouse/state"


def test_it_is_json_on_demand(tmp_path: Path) -> None:
    variables = json.loads(gatehouse(write_small_repository(tmp_path), "env", "--json").stdout)
    assert variables["PULUMI_CONFIG_PASSPHRASE"] == ""
    assert "GATEHOUSE_DATA_ROOT" not in variables
