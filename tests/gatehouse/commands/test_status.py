"""The status of a stack that does not run is said, not guessed."""

from __future__ import annotations

import pytest

from tests.kit.command import gatehouse
from tests.kit.deployable import Deployable

pytestmark = pytest.mark.engine


def test_a_stack_that_was_never_deployed_says_how_to_deploy_it(checkout: Deployable) -> None:
    done = gatehouse(checkout.root, "status", "local")
    assert done.returncode == 4
    assert "`gatehouse up local` deploys it." in done.stderr


def test_an_unknown_stack_is_a_mistake_of_the_command(checkout: Deployable) -> None:
    done = gatehouse(checkout.root, "status", "lokal")
    assert done.returncode == 2
    assert "Stacks: local." in done.stderr
