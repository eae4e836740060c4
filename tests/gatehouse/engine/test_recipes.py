"""What set-up provides, and how it knows the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.locations import PULUMI
from gatehouse.engine.recipes import ENGINE, MODEL_SERVER, engine_objection, server_objection
from gatehouse.engine.toolbox import look
from tests.kit.executables import executable


@pytest.mark.parametrize("printed", [PULUMI.version, f"v{PULUMI.version}"])
def test_the_pinned_engine_has_no_objection_with_or_without_the_v(tmp_path: Path, printed: str) -> None:
    assert engine_objection(executable(tmp_path, "pulumi", f"echo {printed}")) == ""


def test_another_engine_is_named(tmp_path: Path) -> None:
    assert engine_objection(executable(tmp_path, "pulumi", "echo v3.1.0")) == f"is version v3.1.0, not {PULUMI.version}"


def test_a_server_that_the_processor_refuses_is_not_used(tmp_path: Path) -> None:
    said = server_objection(executable(tmp_path, "llama-server", "echo Illegal instruction >&2; exit 132"))

    assert said == "does not run: exit code 132 Illegal instruction"


def test_a_file_that_is_no_program_is_not_used(tmp_path: Path) -> None:
    broken = executable(tmp_path, "llama-server", "")
    broken.write_bytes(b"\x7fELF")

    assert server_objection(broken).startswith("does not run:")


def test_the_engine_is_released_first_and_built_last() -> None:
    assert [way.name for way in ENGINE.ways] == ["the official release", "the build from Go modules"]


@pytest.mark.engine
def test_set_up_has_left_both_tools_here() -> None:
    """`make test` sets up first, so both are found, and both run."""
    for recipe in (ENGINE, MODEL_SERVER):
        found = look(recipe)
        assert found is not None
        assert recipe.objection(found.path) == ""
