"""A rollback without anything to go back to."""

from __future__ import annotations

from pathlib import Path

from tests.kit.command import gatehouse
from tests.kit.scratch_repository import ScratchRepository
from tests.kit.small_repository import write_small_repository


def test_without_releases_the_list_says_how_to_make_one(tmp_path: Path) -> None:
    root = ScratchRepository(write_small_repository(tmp_path)).root
    done = gatehouse(root, "rollback", "local", "--list")
    assert done.returncode == 0
    assert "gatehouse up" in done.stdout


def test_an_unknown_release_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    root = ScratchRepository(write_small_repository(tmp_path)).root
    done = gatehouse(root, "rollback", "local", "--to", "../../etc")
    assert done.returncode == 2
    assert "has no release '../../etc'" in done.stderr
