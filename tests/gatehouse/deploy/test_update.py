"""An update is refused, proven or taken back; the engine is real, the gateway is one that may lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatehouse.deploy.releases import Releases
from gatehouse.deploy.update import find_stack, refuse_unless_passed, roll_back, up
from gatehouse.errors import BlockedError, OutsideError, UsageError
from policies.verdict import Outcome
from tests.kit.deployable import Deployable, a_deployable

pytestmark = pytest.mark.engine


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Deployable]:
    with a_deployable(tmp_path) as deployable:
        yield deployable


def _quiet(_: str) -> None:
    """Nobody looks."""


def _up(checkout: Deployable, variant: str) -> None:
    checkout.go_live(variant)
    checkout.pass_gates()
    up(checkout.root, "local", _quiet)


def test_files_that_no_gate_saw_are_refused(checkout: Deployable) -> None:
    with pytest.raises(BlockedError, match="gatehouse check"):
        up(checkout.root, "local", _quiet)
    assert not (checkout.root / ".gatehouse/applied").exists()


@pytest.mark.parametrize("outcome", [Outcome.blocked, Outcome.undecided, Outcome.failed])
def test_files_that_the_gates_did_not_pass_are_refused(checkout: Deployable, outcome: Outcome) -> None:
    checkout.pass_gates(outcome)
    with pytest.raises(BlockedError, match=outcome.value):
        up(checkout.root, "local", _quiet)


def test_an_edit_after_the_check_is_refused(checkout: Deployable) -> None:
    checkout.pass_gates()
    checkout.go_live("b")
    with pytest.raises(BlockedError, match="a file changed"):
        up(checkout.root, "local", _quiet)


def test_an_unknown_stack_names_those_that_there_are(checkout: Deployable) -> None:
    with pytest.raises(UsageError, match="Stacks: local"):
        up(checkout.root, "lokal", _quiet)


def test_a_passed_change_is_applied_proven_kept_and_can_be_taken_back(checkout: Deployable) -> None:
    checkout.pass_gates()
    first = up(checkout.root, "local", _quiet)
    assert first.before is None
    assert first.release.live == {"greet": "a"}
    assert list((checkout.root / ".gatehouse/backups/local").glob("*.json"))
    _up(checkout, "b")
    assert checkout.applied()["prompts"]["greet"]["live"] == "b"
    back = roll_back(checkout.root, "local", _quiet)
    assert back.release.rolled_back_to == first.release.id
    assert checkout.applied()["prompts"]["greet"]["live"] == "a"


def test_a_gateway_that_goes_on_serving_the_old_prompt_is_a_failure_and_the_last_release_comes_back(
    checkout: Deployable,
) -> None:
    _up(checkout, "a")
    first = checkout.applied()
    checkout.gateway.served = lambda: first
    checkout.go_live("b")
    checkout.pass_gates()
    with pytest.raises(OutsideError, match=r"its rollout says b[\s\S]*was put back and serves again"):
        up(checkout.root, "local", _quiet)
    assert checkout.applied() == first
    assert len(Releases(checkout.root, "local").all()) == 1


def test_without_a_release_to_put_back_the_failure_says_so(checkout: Deployable) -> None:
    checkout.gateway.answer_code = 502
    checkout.pass_gates()
    with pytest.raises(OutsideError, match=r"HTTP 502[\s\S]*no earlier release"):
        up(checkout.root, "local", _quiet)


def test_when_putting_back_fails_too_both_failures_are_told(checkout: Deployable) -> None:
    _up(checkout, "a")
    checkout.gateway.answer_code = 502
    checkout.go_live("b")
    checkout.pass_gates()
    with pytest.raises(OutsideError, match="could not be put back either"):
        up(checkout.root, "local", _quiet)


def test_there_is_nothing_to_go_back_to_before_the_second_release(checkout: Deployable) -> None:
    _up(checkout, "a")
    with pytest.raises(UsageError, match="no earlier release"):
        roll_back(checkout.root, "local", _quiet)


def test_find_stack_and_refusal_agree_on_a_stack_that_passed(checkout: Deployable) -> None:
    from catalog.loader import load_catalog
    from gatehouse.checking import inputs

    checkout.pass_gates()
    catalog = load_catalog(checkout.root)
    stack = find_stack(catalog, "local")
    digest = inputs.stack_digest(catalog, stack.name, inputs.code_digest(checkout.root))
    refuse_unless_passed(checkout.root, stack.name, digest)
    with pytest.raises(BlockedError):
        refuse_unless_passed(checkout.root, stack.name, "sha256:" + "0" * 64)
