"""The command's face: verbs, errors for people, exit codes."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from catalog.problem import CatalogError, Problem
from gatehouse import cli
from gatehouse.errors import BlockedError, OutsideError, UsageError

HEAVY = ("pulumi", "pydantic", "yaml", "aiohttp", "fastapi", "sklearn", "numpy", "jinja2", "dotpromptz", "jsonschema")


def _main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["gatehouse", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_help_names_every_verb_and_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _main(monkeypatch, "--help") == 0
    shown = capsys.readouterr().out
    assert all(verb in shown for verb in cli.VERBS)
    assert "undecided" in shown


def test_help_loads_nothing_heavy() -> None:
    program = "import sys, gatehouse.cli; print([name for name in sys.argv[1:] if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program, *HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("verb", sorted(cli.VERBS))
def test_every_verb_that_help_names_has_help_of_its_own(verb: str) -> None:
    command = import_module(f"gatehouse.commands.{verb}").command
    assert isinstance(command, click.Command)
    assert command.name == verb
    assert command.help


def test_every_module_of_a_verb_is_named_in_help() -> None:
    folder = Path(cli.__file__).parent / "commands"
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    assert {name for name, text in texts.items() if "\n@click.command(" in text or "\n@click.group(" in text} == set(
        cli.VERBS
    )


def test_a_misspelt_verb_names_the_nearest(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(monkeypatch, "chek") == 2
    assert "Did you mean 'check'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BlockedError("a", "b"), 1),
        (UsageError("a", "b"), 2),
        (OutsideError("a", "b"), 4),
        (CatalogError([Problem("models/x/model.yaml", 3, 1, "a")]), 2),
        (KeyboardInterrupt(), 130),
        (click.UsageError("a"), 2),
    ],
)
def test_an_error_is_a_sentence_and_an_exit_code(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli.cli, "main", fail)
    assert _main(monkeypatch) == code
    assert "Traceback" not in capsys.readouterr().err
