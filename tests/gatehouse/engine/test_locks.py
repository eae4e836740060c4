"""Only the lock of the very process that ended is removed."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from gatehouse.engine.locks import release

PID = 4711
HERE = socket.gethostname()


def _lock(state: Path, content: Any) -> Path:
    path = state / ".pulumi/locks/organization/gatehouse/local/3f.json"
    path.parent.mkdir(parents=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    path.with_name("3f.json.attrs").write_text("{}")
    return path


def test_the_lock_of_an_engine_that_ended_is_removed(tmp_path: Path) -> None:
    lock = _lock(tmp_path, {"pid": PID, "hostname": HERE, "username": "x"})
    release(f"file://{tmp_path}", PID)
    assert list(lock.parent.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [{"pid": PID + 1, "hostname": HERE}, {"pid": PID, "hostname": f"not-{HERE}"}, {"pid": PID}, [], "{", ""],
)
def test_any_other_lock_stays(tmp_path: Path, content: Any) -> None:
    lock = _lock(tmp_path, content)
    release(f"file://{tmp_path}", PID)
    assert lock.is_file()


def test_a_state_that_is_no_folder_is_left_to_the_engine(tmp_path: Path) -> None:
    lock = _lock(tmp_path, {"pid": PID, "hostname": HERE})
    release("s3://state", PID)
    release(f"file://{tmp_path / 'nowhere'}", PID)
    assert lock.is_file()
