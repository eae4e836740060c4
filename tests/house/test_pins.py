"""Everything that comes from outside is named by its content."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kit.tree import ROOT, files

LOCK = tomllib.loads((ROOT / "uv.lock").read_text())
WORKFLOWS = [path for path in files() if path.parts[:2] in ((".github", "workflows"), (".github", "actions"))]
_USES = re.compile(r"^\s*-?\s*uses:\s*(?P<action>\S+)@(?P<ref>\S+)(?P<comment>.*)$", re.MULTILINE)


def without_hashes(lock: dict[str, Any]) -> list[str]:
    """The packages of a lock of which a file is not named by its SHA-256."""
    found = []
    for package in lock["package"]:
        kept = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        ours = "editable" in package["source"]
        if not ours and not (kept and all(one.get("hash", "").startswith("sha256:") for one in kept)):
            found.append(package["name"])
    return found


def unpinned_actions(text: str) -> list[str]:
    """The actions of a workflow that a commit does not name, or whose version is not told beside it."""
    return [
        f"{use['action']}@{use['ref']}"
        for use in _USES.finditer(text)
        if not re.fullmatch(r"[0-9a-f]{40}", use["ref"]) or not re.match(r"\s+# v\d", use["comment"])
    ]


def test_every_locked_package_has_its_hashes() -> None:
    assert len(LOCK["package"]) > 50
    assert without_hashes(LOCK) == []


def test_a_package_without_a_hash_would_be_noticed() -> None:
    registry = {"registry": "https://pypi.org/simple"}
    good = {"name": "good", "source": registry, "wheels": [{"hash": "sha256:00"}]}
    bad = {"name": "bad", "source": registry, "wheels": [{"hash": "sha256:00"}, {"url": "x"}]}
    branch = {"name": "branch", "source": {"git": "https://localhost/x"}}

    assert without_hashes({"package": [good, bad, branch]}) == ["bad", "branch"]


def test_packages_come_from_one_index() -> None:
    assert {str(package["source"]) for package in LOCK["package"]} == {
        "{'registry': 'https://pypi.org/simple'}",
        "{'editable': '.'}",
    }


@pytest.mark.parametrize("path", WORKFLOWS, ids=str)
def test_every_action_is_named_by_its_commit_with_the_version_beside_it(path: Path) -> None:
    assert unpinned_actions((ROOT / path).read_text()) == []


def test_an_unpinned_action_would_be_noticed() -> None:
    pinned = f"  - uses: a/b@{'0' * 40} # v1.2.3\n"

    assert unpinned_actions(pinned + f"  - uses: a/b@v1\n  - uses: a/c@{'0' * 40}\n") == ["a/b@v1", f"a/c@{'0' * 40}"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=str)
def test_a_workflow_starts_with_no_rights_and_runs_one_command_a_step(path: Path) -> None:
    workflow = yaml.safe_load((ROOT / path).read_text())

    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert workflow["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in workflow["jobs"].values())
    assert [step["run"] for step in steps if len(step.get("run", "").splitlines()) > 1] == []
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=str)
def test_no_workflow_runs_a_forks_code_with_the_rights_of_this_repository(path: Path) -> None:
    workflow = yaml.safe_load((ROOT / path).read_text())

    # YAML 1.1 reads the key `on` as true.
    assert "pull_request_target" not in workflow.get("on", workflow.get(True))


def test_there_is_a_workflow() -> None:
    assert WORKFLOWS
