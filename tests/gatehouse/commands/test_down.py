"""Destroying what is not there, and asking first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.command import gatehouse
from tests.kit.small_repository import write_small_repository


@pytest.mark.engine
def test_a_stack_that_was_never_deployed_is_nothing_to_destroy(tmp_path: Path) -> None:
    done = gatehouse(write_small_repository(tmp_path), "down", "local", "--yes")
    assert done.returncode == 0
    assert "nothing to destroy" in done.stdout
