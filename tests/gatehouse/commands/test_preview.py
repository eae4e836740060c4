"""A preview shows what would be done, and does nothing."""

from __future__ import annotations

import json

import pytest

from tests.kit.command import gatehouse
from tests.kit.deployable import Deployable

pytestmark = pytest.mark.engine


def test_the_steps_are_shown_and_none_is_taken(checkout: Deployable) -> None:
    shown = gatehouse(checkout.root, "preview", "local")
    assert shown.returncode == 0, shown.stderr
    assert "create" in shown.stdout
    plan = json.loads(gatehouse(checkout.root, "preview", "local", "--json").stdout)
    assert plan["deployed_before"] is False
    assert not (checkout.root / ".gatehouse/applied").exists()
