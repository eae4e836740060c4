from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from catalog.report import Report
from catalog.schema_files import FOLDER, outdated, schema_texts
from catalog.yaml_source import parse_yaml
from tests.kit.catalog_files import MODEL, STACK, SUITE

REPOSITORY = Path(__file__).parents[2]


def validator(name: str) -> Draft202012Validator:
    schema = json.loads(schema_texts()[FOLDER / f"{name}.json"])
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def data(text: str) -> object:
    located = parse_yaml(text, Report("a"))
    assert located is not None
    return located.value


def test_the_schemas_in_the_repository_are_current() -> None:
    assert outdated(REPOSITORY) == [], "run 'gatehouse schemas' and commit what it writes"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model", MODEL),
        ("rollout", "live: v1\nowner: us\ncandidates: [{variant: v2, share: 0.1}]\n"),
        ("suite", SUITE),
        ("suite", "tests: file://cases.csv\n"),
        ("stack", STACK + "  aws:region: eu-west-1\nencryptionsalt: x\n"),
        ("prompt", "model: small\ninput: {schema: {a: string}}\n"),
    ],
)
def test_an_editor_accepts_what_the_loader_accepts(name: str, text: str) -> None:
    assert list(validator(name).iter_errors(data(text))) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model", MODEL.replace("owner", "ownr")),
        ("model", MODEL.replace("llama.cpp", "lama.cpp")),
        ("rollout", "live: v1\nowner: us\ncandidates: [{variant: v2, share: 2}]\n"),
        ("suite", SUITE.replace("type: equals", "type: equal")),
        ("stack", STACK.replace("gatehouse:budget", "gatehouse:buget")),
        ("stack", STACK.replace("gatehouse:target", "target")),
        ("prompt", "model: small\nconfg: {}\n"),
    ],
)
def test_an_editor_marks_what_the_loader_refuses(name: str, text: str) -> None:
    assert list(validator(name).iter_errors(data(text))) != []


def test_every_data_file_tells_editors_its_schema() -> None:
    files = [
        *REPOSITORY.glob("models/*/*.yaml"),
        *REPOSITORY.glob("prompts/*/*.yaml"),
        *REPOSITORY.glob("stacks/*.yaml"),
    ]
    for file in files:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        prefix = "# yaml-language-server: $schema="
        assert first.startswith(prefix), file
        assert (file.parent / first.removeprefix(prefix)).is_file(), file
