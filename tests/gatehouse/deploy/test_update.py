"""An update is refused, proven or taken back; the engine is real, the gateway is one that may lie."""

from __future__ import annotations

import json

import pytest

from gatehouse.deploy.releases import Releases
from gatehouse.deploy.update import find_stack, refuse_unless_passed, roll_back, up
from gatehouse.errors import BlockedError, OutsideError, UsageError
from policies.verdict import Outcome
from tests.kit.deployable import Deployable

pytestmark = pytest.mark.engine
HALF_MADE = "urn:pulumi:local::gatehouse::aws:sagemaker/endpoint:Endpoint::llm"


def _quiet(_: str) -> None:
    """Nobody looks."""


def _up(checkout: Deployable, variant: str) -> None:
    checkout.go_live(variant)
    checkout.pass_gates()
    up(checkout.root, "local", _quiet)


def _live(checkout: Deployable) -> str:
    live: str = checkout.applied()["prompts"]["greet"]["live"]
    return live


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
    second = Releases(checkout.root, "local").last()
    assert second is not None
    assert _live(checkout) == "b"
    back = roll_back(checkout.root, "local", _quiet)
    assert back.release.rolled_back_to == first.release.id
    assert _live(checkout) == "a"
    assert roll_back(checkout.root, "local", _quiet, to=second.id).release.live == {"greet": "b"}
    assert _live(checkout) == "b"


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


def test_a_release_that_today_s_grammar_refuses_is_told_beside_the_failure(checkout: Deployable) -> None:
    _up(checkout, "a")
    releases = Releases(checkout.root, "local")
    (release,) = releases.all()
    (releases.tree(release) / "prompts/greet/rollout.yaml").write_text("liv: a\n")
    checkout.gateway.answer_code = 502
    checkout.go_live("b")
    checkout.pass_gates()
    with pytest.raises(OutsideError, match=r"HTTP 502[\s\S]*could not be put back either[\s\S]*rollout.yaml:1"):
        up(checkout.root, "local", _quiet)


def test_what_an_interrupted_update_may_have_created_stops_the_next_before_it_begins(checkout: Deployable) -> None:
    _up(checkout, "a")
    state = checkout.root / ".gatehouse/state/.pulumi/stacks/gatehouse/local.json"
    written = json.loads(state.read_text())
    resource = {"urn": HALF_MADE, "custom": True, "type": "aws:sagemaker/endpoint:Endpoint"}
    written["checkpoint"]["latest"]["pending_operations"] = [{"resource": resource, "type": "creating"}]
    state.write_text(json.dumps(written))
    checkout.go_live("b")
    checkout.pass_gates()
    with pytest.raises(OutsideError, match="may have created") as caught:
        up(checkout.root, "local", _quiet)
    assert HALF_MADE in caught.value.problem
    assert "--clear-pending-creates" in caught.value.remedy
    assert "put back" not in caught.value.problem
    assert _live(checkout) == "a"


def test_after_an_interrupt_the_same_command_goes_on(checkout: Deployable) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    checkout.pass_gates()
    with pytest.raises(KeyboardInterrupt):
        up(checkout.root, "local", interrupt)
    assert Releases(checkout.root, "local").all() == []
    assert up(checkout.root, "local", _quiet).proof.holds


def test_a_program_that_does_not_say_where_its_gateway_is_proves_nothing(checkout: Deployable) -> None:
    checkout.repository.write("__main__.py", "")
    checkout.pass_gates()
    with pytest.raises(OutsideError, match="exports no gateway_url"):
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
