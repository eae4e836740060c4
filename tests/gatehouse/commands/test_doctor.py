"""`gatehouse doctor` prints a table or JSON, and its exit code tells whether something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatehouse.commands.doctor import command, table
from gatehouse.engine import diagnosis
from gatehouse.engine.diagnosis import Finding, State

GOOD = Finding("python", State.good, "3.11.7 /usr/bin/python3")
NARROW = Finding("chromium", State.optional, "not on PATH", "Only the tests need it.")
MISSING = Finding("pulumi 3.259.0", State.missing, "there is no pulumi on PATH", "Run `make setup`.")


@pytest.fixture(autouse=True)
def _in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").touch()
    monkeypatch.chdir(tmp_path)


def told(monkeypatch: pytest.MonkeyPatch, findings: list[Finding], *arguments: str) -> tuple[int | None, str]:
    monkeypatch.setattr(diagnosis, "diagnose", lambda _root: findings)
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    return result.return_value, result.output


def test_a_line_a_thing_in_columns_and_what_to_do_below_it() -> None:
    assert table([GOOD, MISSING]) == [
        "ok        python          3.11.7 /usr/bin/python3",
        "MISSING   pulumi 3.259.0  there is no pulumi on PATH",
        "                          -> Run `make setup`.",
    ]


def test_what_only_narrows_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = told(monkeypatch, [GOOD, NARROW])

    assert code == 0
    assert output.splitlines()[-1] == "Everything that is needed is there."


def test_something_missing_ends_with_4(monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = told(monkeypatch, [GOOD, MISSING])

    assert code == 4
    assert output.splitlines()[-1] == "Something is missing: see above."


def test_json_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = told(monkeypatch, [MISSING], "--json")

    assert code == 4
    assert json.loads(output) == {
        "good": False,
        "findings": [
            {
                "name": "pulumi 3.259.0",
                "state": "MISSING",
                "found": "there is no pulumi on PATH",
                "remedy": "Run `make setup`.",
            }
        ],
    }
