"""The tutorial is walked through, command by command, in a clone of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gatehouse.demo.scratch import Scratch

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/tutorials/first-change.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


def test_it_begins_with_the_set_up_that_the_other_commands_stand_on() -> None:
    assert BLOCKS[0].splitlines() == ["make setup", "source .venv/bin/activate", "gatehouse doctor"]


@pytest.mark.engine
@pytest.mark.model
@pytest.mark.timeout(900)
def test_every_command_after_set_up_ends_well(tmp_path: Path) -> None:
    scratch = Scratch(ROOT, tmp_path / "clone")
    scratch.create()
    try:
        for name, value in (("user.name", "A Reader"), ("user.email", "reader@localhost")):
            subprocess.run(["git", "-C", str(scratch.folder), "config", name, value], check=True)
        for command in [line for block in BLOCKS[1:] for line in block.splitlines()]:
            done = _run(command, scratch.folder)
            assert done.returncode == 0, f"$ {command}\n{done.stdout}"
        assert scratch.gatehouse("down", "local", "--yes").code == 0
    finally:
        scratch.remove()


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """As a reader types it into a shell: the page is ours, and holds nothing from outside."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
