from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.loader import load_catalog
from gatehouse.commands.new import command
from gatehouse.errors import UsageError
from policies.files.gate import judge_files
from policies.verdict import Outcome
from tests.kit.catalog_files import write_files


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: gatehouse\n")
    (tmp_path / "stacks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)


def test_from_nothing_to_a_stack_in_three_commands(root: Path) -> None:
    for arguments in (("model", "llm"), ("prompt", "tone"), ("stack", "staging")):
        result = new(*arguments)
        assert "Wrote " in result.output
        assert "Next:" in result.output
    catalog = load_catalog(root)
    assert catalog.stacks["staging"].models == {"llm"}
    assert catalog.stacks["staging"].spec.prompts == ("tone",)
    assert judge_files(root, None).outcome is Outcome.passed


@pytest.mark.parametrize("kind", ["model", "prompt", "stack"])
def test_what_is_there_is_never_overwritten(root: Path, kind: str) -> None:
    write_files(root)
    name = {"model": "small", "prompt": "routing", "stack": "dev"}[kind]
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="is there already; nothing was written"):
        new(kind, name)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["Foo", "a_b", "../x", "a/b", "-a", "a" * 64, "a b"])
@pytest.mark.parametrize("kind", ["model", "prompt", "stack"])
def test_a_name_that_cannot_be_one_is_refused(root: Path, kind: str, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be a name"):
        new(kind, "--", name)
    assert sorted(path.name for path in root.iterdir()) == ["Pulumi.yaml", "stacks"]


def test_a_file_is_copied_and_pinned(root: Path) -> None:
    source = root.parent / "weights.skops"
    source.write_bytes(b"PK weights")
    printed = json.loads(new("model", "tab", "--file", str(source), "--json").output)
    assert printed == {"written": ["models/tab/model.yaml", "models/tab/model.skops"]}
    assert (root / "models/tab/model.skops").read_bytes() == b"PK weights"
    assert judge_files(root, None).outcome is Outcome.passed


def test_a_file_of_another_kind_is_refused(root: Path) -> None:
    source = root.parent / "weights.pickle"
    source.write_bytes(b"x")
    with pytest.raises(UsageError, match=r"neither a \.gguf nor a \.skops file"):
        new("model", "tab", "--file", str(source))
    assert not (root / "models").exists()


def test_a_prompt_without_a_model_says_what_to_do(root: Path) -> None:
    with pytest.raises(UsageError, match="run gatehouse new model NAME first"):
        new("prompt", "tone")
    with pytest.raises(UsageError, match="no model that a stack could serve"):
        new("stack", "staging")
    assert sorted(path.name for path in root.iterdir()) == ["Pulumi.yaml", "stacks"]


def test_a_misspelt_model_names_the_nearest_one(root: Path) -> None:
    write_files(root)
    with pytest.raises(UsageError, match="Did you mean 'small'"):
        new("prompt", "tone", "--model", "smal")


def test_among_several_models_one_has_to_be_chosen(root: Path) -> None:
    write_files(root)
    new("model", "llm")
    with pytest.raises(UsageError, match=r"Add --model NAME. Models that take prompts: llm, small\."):
        new("prompt", "tone")
    new("prompt", "tone", "--model", "llm")
    assert load_catalog(root).prompts["tone"].models == {"llm"}
