"""The demo's pull requests are what they say they are."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gatehouse.demo import story
from gatehouse.demo.scratch import Scratch
from gatehouse.errors import OutsideError
from tests.kit.executables import executable
from tests.kit.lying_gateway import a_gateway
from tests.kit.scratch_repository import ScratchRepository
from tests.kit.small_repository import write_small_repository

ROOT = Path(__file__).parents[3]


def _case(name: str, *, passed: bool) -> dict[str, Any]:
    return {"case": name, "passed": passed}


def test_flips_are_told_by_the_side_that_passes() -> None:
    evaluation = {
        "base": {"cases": [_case("a", passed=True), _case("b", passed=False), _case("c", passed=True)]},
        "head": {"cases": [_case("a", passed=False), _case("b", passed=True), _case("c", passed=True)]},
    }
    assert story._flipped(evaluation, head_passes=True) == [_case("b", passed=True)]
    assert story._flipped(evaluation, head_passes=False) == [_case("a", passed=False)]


def test_without_a_base_nothing_flips() -> None:
    assert story._flipped({"base": None, "head": {"cases": [_case("a", passed=True)]}}, head_passes=True) == []


@pytest.mark.parametrize("folder", sorted(story.CHANGES.iterdir()), ids=lambda path: path.name)
def test_a_change_announces_what_it_will_get_and_touches_data_only(folder: Path) -> None:
    change = yaml.safe_load((folder / "change.yaml").read_text())
    assert change["title"]
    assert change["expect"] in {"pass", "block", "invalid"}
    touched = {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()} - {"change.yaml"}
    assert touched <= {"models", "prompts", "stacks"}
    assert touched


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    """A clone in which every command ends with 0, whatever it is asked."""
    checkout = ScratchRepository(write_small_repository(tmp_path / "checkout"))
    checkout.commit()
    made = Scratch(checkout.root, tmp_path / "clone")
    made.create()
    (made.folder / ".gatehouse/check").mkdir(parents=True)
    executable(tmp_path / "bin", "gatehouse", 'echo "said: $*"')
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python"))
    return made


def test_a_gate_that_lets_a_bad_change_through_ends_the_demo(
    scratch: Scratch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(OutsideError, match="`gatehouse check --base main` ended with 0, not 2"):
        story.Story(scratch)._misspell()
    assert "said: check --base main" in capsys.readouterr().out


def test_a_better_change_that_mends_nothing_on_the_running_stack_ends_the_demo(scratch: Scratch) -> None:
    evaluation = {"subject": {"name": story.PROMPT}, "base": None, "head": {"cases": []}}
    (scratch.folder / ".gatehouse/check/verdict.json").write_text(json.dumps({"evaluations": [evaluation]}))
    with pytest.raises(OutsideError, match="None of the mended cases"):
        story.Story(scratch)._improve()


def test_a_rollback_after_which_the_old_answer_is_not_back_ends_the_demo(scratch: Scratch) -> None:
    with a_gateway(dict) as gateway:
        told = story.Story(scratch, gateway_url=gateway.url)
        told._roll_back('{"name": "x"}', "Ada")
        with pytest.raises(OutsideError, match="it answers 'Ada', not 'Eve'"):
            told._roll_back('{"name": "x"}', "Eve")


def test_the_end_names_times_and_licences(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    story.Story(scratch, times=[("check main", 1.25), ("first up", 2.5)], gateway_url="http://127.0.0.1:1")._end()
    shown = capsys.readouterr().out
    assert "3.8 s  in all" in shown
    assert "tiny: Apache-2.0, https://www.apache.org/licenses/LICENSE-2.0" in shown
    assert "make demo-clean" in shown
