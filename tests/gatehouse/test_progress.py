"""Long work shows progress where somebody looks, and nothing where nobody does."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from gatehouse.progress import Progress

_PROGRAM = """
import time
from gatehouse.progress import Progress
with Progress() as progress:
    progress.update("evaluation", "3/9")
    time.sleep(0.5)
    progress.done("evaluation", "good")
"""


def test_a_terminal_sees_one_live_line_that_is_gone_at_the_end() -> None:
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", _PROGRAM], stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    assert "evaluation 3/9" in shown
    assert "\n" not in shown
    assert shown.endswith("\r\x1b[2K")


def test_a_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("CI", raising=False)
    with Progress() as progress:
        progress.update("evaluation", "3/9")
        progress.done("evaluation", "good")
    assert capsys.readouterr().err == ""


def test_a_log_sees_a_line_for_each_part_that_ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    with Progress() as progress:
        progress.done("evaluation", "good")
    assert "evaluation: good" in capsys.readouterr().err


def test_quiet_is_quiet_everywhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CI", "true")
    with Progress(quiet=True) as progress:
        progress.done("evaluation", "good")
    assert capsys.readouterr().err == ""
