"""Copies of the state are whole, and few; half-made creations are seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gatehouse.engine import state


def test_a_backup_holds_the_state_as_it_was(tmp_path: Path) -> None:
    path = state.back_up({"version": 3}, tmp_path)
    assert json.loads(path.read_text()) == {"version": 3}


def test_only_the_newest_backups_are_kept(tmp_path: Path) -> None:
    paths = [state.back_up({"n": n}, tmp_path) for n in range(state.BACKUPS_KEPT + 3)]
    assert sorted(tmp_path.iterdir()) == paths[3:]


def _creating(token: str) -> dict[str, Any]:
    operation = {"type": "creating", "resource": {"urn": f"urn::{token}", "type": token}}
    return {"deployment": {"pending_operations": [operation]}}


def test_an_interrupted_create_in_a_cloud_is_dangling() -> None:
    assert state.dangling_creates(_creating("aws:sagemaker/endpoint:Endpoint")) == (
        "urn::aws:sagemaker/endpoint:Endpoint",
    )


def test_an_interrupted_local_process_is_adopted_and_so_not_dangling() -> None:
    assert state.dangling_creates(_creating("pulumi-python:dynamic/gatehouse:Process")) == ()


def test_a_stack_that_was_never_updated_has_nothing_dangling() -> None:
    assert state.dangling_creates({"version": 3, "deployment": None}) == ()
