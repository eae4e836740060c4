"""The demo's clone: real commits, apart from the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatehouse.demo.scratch import Scratch
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
