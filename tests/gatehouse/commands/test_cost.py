"""`gatehouse cost` from files; the real engine's preview is priced by the last test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gatehouse.commands.cost import command
from gatehouse.errors import UsageError
from policies.resource_types import PROCESS, SAGEMAKER_ENDPOINT_CONFIGURATION
from tests.kit.catalog_files import write_files
from tests.kit.resources import a_preview, a_step, process_inputs

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(tmp_path)
    (tmp_path / "Pulumi.yaml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, preview: object) -> str:
    Path(name).write_text(json.dumps(preview), encoding="utf-8")
    return name


def run(*arguments: str, stack: str = "dev") -> tuple[Any, str]:
    result = CliRunner().invoke(command, [stack, *arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.output


def llm(machines: int) -> dict[str, Any]:
    """ml.g5.xlarge machines: 1.408 x 730 = 1,027.84 a month each."""
    variant = {"variantName": "blue", "instanceType": "ml.g5.xlarge", "initialInstanceCount": machines}
    inputs = {"region": "us-east-1", "productionVariants": [variant]}
    return a_step(SAGEMAKER_ENDPOINT_CONFIGURATION, "llm", inputs)


def test_a_table_with_a_total_the_books_date_and_what_to_do_next() -> None:
    code, output = run("--preview", write("p.json", a_preview(a_step(PROCESS, "support-model", process_inputs()))))

    lines = output.splitlines()
    assert code == 0
    assert lines[0].split() == ["US", "dollars", "a", "month", "low", "expected", "high"]
    assert lines[1].split()[:4] == ["support-model", "0.26", "1.27", "2.02"]
    assert lines[2].split() == ["total", "0.26", "1.27", "2.02"]
    assert any(line.startswith("Price book of 2026-11-23; 100% priced, 0 free; budget ") for line in lines)
    assert lines[-1].startswith("Next: `gatehouse check` runs every gate")


def test_above_the_budget_it_ends_with_1_and_says_so() -> None:
    code, output = run("--preview", write("p.json", a_preview(llm(100))))

    assert code == 1
    assert "BLOCK: The expected cost of stack dev is 102,784.00 USD a month, above its budget of" in output
    assert output.splitlines()[-1] == "Next: mend what is above, and run `gatehouse cost dev` again."


def test_the_difference_to_base_is_shown() -> None:
    base = write("b.json", a_preview(a_step(PROCESS, "support-model", process_inputs())))

    _, output = run("--preview", write("p.json", a_preview()), "--base-preview", base)

    assert "Against base: -1.27 a month expected." in output


def test_what_has_no_price_is_named() -> None:
    _, output = run("--preview", write("p.json", a_preview(a_step("aws:rds/instance:Instance", "db", {}))))

    assert "WARN: Without a price: db (aws:rds/instance:Instance): the book has no prices for this type." in output
    assert "0% priced" in output


def test_names_cannot_move_the_cursor_of_a_terminal() -> None:
    _, output = run("--preview", write("p.json", a_preview(a_step("aws:rds/instance:Instance", "db\x1b[2J", {}))))

    assert "db?[2J" in output
    assert "\x1b" not in output


def test_json_holds_estimate_and_verdict() -> None:
    code, output = run(
        "--json", "--preview", write("p.json", a_preview(a_step(PROCESS, "support-model", process_inputs())))
    )

    found = json.loads(output)
    assert code == 0
    assert found["estimate"]["lines"][0]["resource"] == "support-model"
    assert found["estimate"]["lines"][0]["source"]
    assert found["verdict"]["outcome"] == "pass"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a preview: it holds no object"),
        ('{"steps": "none"}', "this is not the output of `pulumi preview --json`"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_file_that_is_no_preview_is_refused_with_how_to_make_one(content: str, said: str) -> None:
    Path("p.json").write_text(content, encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        run("--preview", "p.json")

    assert said in caught.value.problem
    assert "--show-sames" in caught.value.remedy


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.json cannot be read: No such file"):
        run("--preview", "nowhere.json")


def test_an_unknown_stack_is_refused_with_those_that_there_are() -> None:
    result = CliRunner().invoke(command, ["staging"], standalone_mode=False)

    assert isinstance(result.exception, UsageError)
    assert "There is no stack 'staging'." in result.exception.problem


@pytest.mark.engine
def test_the_local_stack_of_this_repository_is_priced_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    code, output = run("--json", stack="local")

    estimate = json.loads(output)["estimate"]
    assert code == 0
    assert estimate["unpriced"] == []
    assert estimate["share_priced"] == 1
    assert {line["resource"] for line in estimate["lines"]} >= {"gateway-process", "gemma-3-270m-process"}
