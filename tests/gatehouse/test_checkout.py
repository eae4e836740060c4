"""A command works from any folder of a checkout, and says so where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatehouse.checkout import checkout
from gatehouse.errors import UsageError
from tests.kit.small_repository import write_small_repository


def test_the_checkout_is_found_from_a_folder_inside_it(tmp_path: Path) -> None:
    root = write_small_repository(tmp_path)
    assert checkout(root / "prompts" / "greet") == root


def test_a_folder_outside_is_an_error_that_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Pulumi"):
        checkout(tmp_path)
