"""What an update prints."""

from __future__ import annotations

import json

import pytest

from gatehouse.commands.lines import print_releases, print_update, updating
from gatehouse.deploy.proof import Proof
from gatehouse.deploy.releases import Release
from gatehouse.deploy.update import Updated

RELEASE = Release("r1", "local", "sha256:1", "c0ffee" * 7, "2026-11-23T00:00:00+00:00", {"greet": "a"})
UPDATED = Updated(RELEASE, None, Proof(("/v1/prompts/greet",), (), {"models": {}}), "http://127.0.0.1:1")


def test_an_update_says_what_is_live_and_how_it_was_proven(capsys: pytest.CaptureFixture[str]) -> None:
    print_update(UPDATED, as_json=False)
    shown = capsys.readouterr().out
    assert "Stack local serves greet a. Release r1." in shown
    assert "1 real requests" in shown


def test_an_update_is_json_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    print_update(UPDATED, as_json=True)
    assert json.loads(capsys.readouterr().out)["release"]["id"] == "r1"


def test_releases_are_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    print_releases([RELEASE], as_json=False)
    assert capsys.readouterr().out.startswith("r1  2026-11-23T00:00:00+00:00  c0ffeec0ffee  greet a")


def test_lines_of_the_engine_are_no_output(capsys: pytest.CaptureFixture[str]) -> None:
    with updating("local", quiet=True) as line:
        line("creating")
        line("  ")
    assert capsys.readouterr() == ("", "")
