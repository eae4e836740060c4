"""One demo of a checkout at a time, and nothing of it left on request."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock

from tests.kit.command import gatehouse
from tests.kit.small_repository import write_small_repository


def test_a_second_demo_of_the_same_checkout_is_refused(tmp_path: Path) -> None:
    root = write_small_repository(tmp_path)
    (root / ".gatehouse").mkdir()
    with FileLock(root / ".gatehouse/demo.lock"):
        done = gatehouse(root, "demo", "--clean")
    assert done.returncode == 4
    assert "A demo of this checkout is running" in done.stderr


def test_cleaning_where_no_demo_was_is_no_mistake(tmp_path: Path) -> None:
    done = gatehouse(write_small_repository(tmp_path), "demo", "--clean")
    assert (done.returncode, done.stdout) == (0, "Nothing of the demo is left.\n")
