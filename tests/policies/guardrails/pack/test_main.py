"""The pack in the real engine: what it says no to is not built."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from catalog.locations import PULUMI
from tests.kit.resources import process_inputs, served_inputs

ROOT = Path(__file__).parents[4]
ANALYZER = ROOT / "policies" / "guardrails" / "pack" / "analyzer"
PROGRAM = ROOT / "tests" / "kit" / "programs" / "policed"

pytestmark = pytest.mark.engine


class Policed:
    """A stack of its own, whose updates the pack judges."""

    def __init__(self, folder: Path) -> None:
        self._environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(PULUMI.bin_dir), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": f"file://{folder}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self._run("stack", "init", "local", "--no-select")

    def up(self, *, licence: str = "Apache-2.0", **changes: Any) -> subprocess.CompletedProcess[str]:
        """Update without looking first. `licence` is known only once the process is there."""
        return self._update("up", licence, changes, "--yes", "--skip-preview")

    def preview(self, *, licence: str = "Apache-2.0", **changes: Any) -> subprocess.CompletedProcess[str]:
        """Only look."""
        return self._update("preview", licence, changes)

    def resources(self) -> list[str]:
        """What the stack holds."""
        state = json.loads(self._run("stack", "export", "--stack", "local").stdout)
        return [each["type"].rsplit(":", 1)[-1] for each in state["deployment"].get("resources", [])]

    def _update(self, verb: str, licence: str, changes: dict[str, Any], *more: str) -> subprocess.CompletedProcess[str]:
        declared = {"process": process_inputs(**changes), "config": served_inputs()["config"], "licence": licence}
        self._environment["DECLARED"] = json.dumps(declared)
        return self._run(verb, "--stack", "local", "--color", "never", "--policy-pack", str(ANALYZER), *more)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        pulumi = PULUMI.find()
        assert pulumi, "the engine is not there: run `make setup`"
        command = [str(pulumi), *arguments, "--non-interactive"]
        return subprocess.run(
            command, cwd=PROGRAM, env=self._environment, capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture
def stack(tmp_path: Path) -> Policed:
    return Policed(tmp_path)


def test_a_bad_resource_stops_the_update_with_the_rules_sentence_and_a_good_one_passes(stack: Policed) -> None:
    refused = stack.up(model_digest=None, labels={})

    assert refused.returncode != 0
    assert "[mandatory]  models-are-pinned-by-digest" in refused.stdout
    assert "support-model serves a model without a sha256 digest." in refused.stdout
    assert "[advisory]  labels-carry-the-cost-centre" in refused.stdout
    assert "Process" not in stack.resources()

    passed = stack.up()

    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "[mandatory]" not in passed.stdout
    assert {"Process", "ServedConfig"} <= set(stack.resources())


def test_what_the_preview_cannot_know_is_judged_when_the_update_knows_it(stack: Policed) -> None:
    looked = stack.preview(licence="")

    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert "[advisory]  models-name-their-licence" in looked.stdout
    assert "cannot be known before the update" in looked.stdout

    refused = stack.up(licence="")

    assert refused.returncode != 0
    assert "[mandatory]  models-name-their-licence" in refused.stdout
    assert "ServedConfig" not in stack.resources()


def test_a_secret_that_pulumi_encrypts_passes_and_one_in_plain_text_does_not(stack: Policed) -> None:
    refused = stack.up(environment={"API_KEY": "hunter2"})

    assert "[mandatory]  environment-holds-no-secrets" in refused.stdout
    assert "hunter2" not in refused.stdout

    assert stack.up(environment={"SECRET_OF_PULUMI": "hunter2"}).returncode == 0
