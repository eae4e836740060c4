"""The demo's clone: real commits, apart from the checkout."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gatehouse.demo.scratch import Scratch
from gatehouse.errors import OutsideError
from tests.kit.executables import executable
from tests.kit.scratch_repository import ScratchRepository


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    checkout = ScratchRepository(tmp_path / "checkout")
    checkout.write("prompts/greet/a.prompt", "Hello\n")
    checkout.commit()
    made = Scratch(checkout.root, tmp_path / "clone")
    made.create()
    return made


def test_a_pull_request_is_a_branch_with_the_overlay_and_without_its_description(
    scratch: Scratch, tmp_path: Path
) -> None:
    overlay = tmp_path / "overlay"
    (overlay / "prompts/greet").mkdir(parents=True)
    (overlay / "prompts/greet/b.prompt").write_text("Good day\n")
    (overlay / "change.yaml").write_text("title: x\n")
    scratch.open_pull_request("better", "A better greeting", overlay)
    assert (scratch.folder / "prompts/greet/b.prompt").is_file()
    assert not (scratch.folder / "change.yaml").exists()
    scratch.close()
    assert not (scratch.folder / "prompts/greet/b.prompt").exists()
    scratch.merge("better")
    assert (scratch.folder / "prompts/greet/b.prompt").is_file()


def test_the_checkout_itself_is_left_alone(scratch: Scratch, tmp_path: Path) -> None:
    scratch.close()
    (scratch.folder / "prompts/greet/a.prompt").write_text("changed\n")
    assert (tmp_path / "checkout/prompts/greet/a.prompt").read_text() == "Hello\n"


def test_nothing_is_left_and_the_environment_that_it_shared_stays(scratch: Scratch) -> None:
    environment = (scratch.folder / ".venv").resolve()
    scratch.remove()
    assert not scratch.folder.exists()
    assert environment.is_dir()
    scratch.remove()


def test_a_new_demo_starts_from_the_checkout_s_commit(scratch: Scratch) -> None:
    (scratch.folder / "prompts/greet/a.prompt").write_text("changed\n")
    scratch.create()
    assert (scratch.folder / "prompts/greet/a.prompt").read_text() == "Hello\n"


def test_a_stack_that_cannot_be_destroyed_keeps_its_clone(
    scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the clone nobody could find its processes any more."""
    executable(tmp_path / "bin", "gatehouse", 'echo "$@: the engine is gone"; exit 4')
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python"))
    (scratch.folder / "Pulumi.yaml").touch()
    with pytest.raises(OutsideError, match="down local --yes: the engine is gone"):
        scratch.remove()
    assert scratch.folder.is_dir()


def test_the_clone_keeps_its_own_state_whatever_the_person_works_with(
    scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable(tmp_path / "bin", "gatehouse", 'echo "$PWD [$PULUMI_BACKEND_URL]"; echo told >&2; exit 3')
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://the-person-s-own")
    ran = scratch.gatehouse("status")
    assert (ran.code, ran.output) == (3, f"{scratch.folder} []\ntold")


def test_a_review_is_kept_when_the_next_one_is_written(scratch: Scratch) -> None:
    written = scratch.folder / ".gatehouse/check"
    written.mkdir(parents=True)
    (written / "verdict.json").write_text('{"outcome": "pass"}')
    kept = scratch.keep_review("better")
    (written / "verdict.json").write_text('{"outcome": "block"}')
    assert (kept / "verdict.json").read_text() == '{"outcome": "pass"}'
    assert scratch.verdict() == {"outcome": "block"}
