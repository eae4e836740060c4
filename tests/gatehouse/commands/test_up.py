"""`up`, `status`, `rollback` and `down` as a person types them, one after the other, on the real engine."""

from __future__ import annotations

import json

import pytest

from tests.kit.command import gatehouse
from tests.kit.deployable import Deployable

pytestmark = pytest.mark.engine


def test_up_refuses_what_was_not_checked_with_exit_code_1(checkout: Deployable) -> None:
    done = gatehouse(checkout.root, "up", "local")
    assert done.returncode == 1
    assert "gatehouse check" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stack_goes_up_tells_its_status_goes_back_and_goes_down(checkout: Deployable) -> None:
    checkout.pass_gates()
    up = gatehouse(checkout.root, "up", "local")
    assert up.returncode == 0, up.stderr
    assert "Stack local serves greet a." in up.stdout
    assert checkout.gateway.url in up.stdout

    status = gatehouse(checkout.root, "status", "local")
    assert (status.returncode, "It serves what the files say." in status.stdout) == (0, True)

    checkout.go_live("b")
    differs = gatehouse(checkout.root, "status", "local", "--json")
    assert differs.returncode == 1
    assert "its rollout says b" in json.loads(differs.stdout)["differences"][0]

    checkout.pass_gates()
    again = gatehouse(checkout.root, "up", "local", "--json")
    assert json.loads(again.stdout)["release"]["live"] == {"greet": "b"}

    back = gatehouse(checkout.root, "rollback", "local")
    assert back.returncode == 0, back.stderr
    assert "serves greet a" in back.stdout
    assert "git revert" in back.stdout

    listed = gatehouse(checkout.root, "rollback", "local", "--list")
    assert len(listed.stdout.splitlines()) == 3
    assert "rolled back to" in listed.stdout.splitlines()[-1]

    asked = gatehouse(checkout.root, "down", "local")
    assert "Destroy every resource of stack local?" in asked.stdout
    assert asked.returncode != 0
    assert gatehouse(checkout.root, "status", "local").stdout.startswith("Gateway: ")

    kept = gatehouse(checkout.root, "down", "local", typed="n\n")
    assert (kept.returncode, "Nothing was destroyed." in kept.stdout) == (0, True)

    down = gatehouse(checkout.root, "down", "local", "--yes")
    assert (down.returncode, "is destroyed" in down.stdout) == (0, True)
