"""A preview shows what would be done, and does nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.command import gatehouse
from tests.kit.deployable import Deployable, a_deployable

pytestmark = pytest.mark.engine


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Deployable]:
    with a_deployable(tmp_path) as deployable:
        yield deployable


def test_the_steps_are_shown_and_none_is_taken(checkout: Deployable) -> None:
    shown = gatehouse(checkout.root, "preview", "local")
    assert shown.returncode == 0, shown.stderr
    assert "create" in shown.stdout
    plan = json.loads(gatehouse(checkout.root, "preview", "local", "--json").stdout)
    assert plan["deployed_before"] is False
    assert not (checkout.root / ".gatehouse/applied").exists()
