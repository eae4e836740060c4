"""The demo, whole: real engine, real model, real commits."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from gatehouse.demo.scratch import Scratch
from gatehouse.demo.story import Story

ROOT = Path(__file__).parents[2]


@pytest.mark.engine
@pytest.mark.model
@pytest.mark.timeout(1_200)
def test_the_demo_shows_what_it_promises_and_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scratch = Scratch(ROOT, tmp_path / "demo")
    try:
        Story(scratch).tell()
    finally:
        scratch.remove()
    shown = capsys.readouterr().out
    assert "cases that main answers rightly fail with this change" in shown
    assert "v2.prompt:5" in shown
    assert "Did you mean 'temperature'?" in shown
    assert "the first answer is back" in shown
    assert "https://ai.google.dev/gemma/terms" in shown
    assert [process for process in psutil.process_iter() if _belongs(process, tmp_path)] == []


def _belongs(process: psutil.Process, folder: Path) -> bool:
    try:
        return any(str(folder) in part for part in process.cmdline())
    except psutil.Error:
        return False
