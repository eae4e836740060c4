from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from catalog.model import ModelSpec
from catalog.prompt import PromptSpec, RolloutSpec
from catalog.report import Report
from catalog.stack import StackSpec
from catalog.suite import SuiteSpec
from catalog.validation import Naming, validate
from catalog.yaml_source import parse_yaml
from tests.kit.catalog_files import MODEL

STACK = "target: local\nendpoints:\n  - model: a\nbudget: {usd_per_month: 5, owner: us}\n"


def said(type_: type[BaseModel], text: str, prefix: str = "") -> list[str]:
    report = Report("a.yaml")
    located = parse_yaml(text, report)
    assert located is not None, report.problems
    validate(type_, located, report, Naming("The file", prefix))
    return [str(problem) for problem in report.problems]


def test_a_good_file_has_no_problem() -> None:
    assert said(ModelSpec, MODEL) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "owner: us",
            "ownr: us",
            "a.yaml:3:1: The file has no field 'ownr'. Did you mean 'owner'? Allowed: description, task, owner,",
        ),
        (
            "name: llama.cpp",
            "name: lama.cpp",
            "a.yaml:13:9: 'engine.name' cannot be 'lama.cpp'. Did you mean 'llama.cpp'? Allowed: llama.cpp,",
        ),
        (
            "owner: us",
            "owner: 12",
            "a.yaml:3:8: 'owner' has to be text; this is the number 12. Put it in quotes: \"12\".",
        ),
        (
            "owner: us",
            "owner: true",
            "a.yaml:3:8: 'owner' has to be text; this is true or false (true). Put it in quotes: \"true\".",
        ),
        ("owner: us", "owner:", "a.yaml:3:7: 'owner' has to be text; this is empty."),
        ("owner: us", "owner: ''", "a.yaml:3:8: 'owner' must not be empty."),
        ("owner: us\n", "", "a.yaml:1:1: 'owner' is missing. Add 'owner: …' (The team that answers for the model)."),
        (
            "  memory_mib: 512",
            "  memory_mib: '512'",
            "a.yaml:16:15: 'needs.memory_mib' has to be a whole number; this is '512'. Remove the quotes.",
        ),
        (
            "  memory_mib: 512",
            "  memory_mib: 1",
            "a.yaml:16:15: 'needs.memory_mib' has to be at least 16; this is the number 1.",
        ),
        (
            "interface: completions",
            "",
            "a.yaml:12:1: 'engine.interface' is missing. Add 'interface: completions or chat or predict'.",
        ),
        (
            "source: pypi:some-model@1.0",
            "source: pip:x",
            "a.yaml:5:11: 'artifact.source' cannot be 'pip:x'. pypi:PACKAGE@VERSION, file:PATH beside model.yaml, or",
        ),
        (
            "needs:\n  memory_mib: 512",
            "needs: 5",
            "a.yaml:15:8: 'needs' has to be fields, as in 'name: value'; this is the number 5.",
        ),
    ],
)
def test_a_mistake_is_said_where_it_stands_with_what_to_do(old: str, new: str, expected: str) -> None:
    (line,) = said(ModelSpec, MODEL.replace(old, new))
    assert line.startswith(expected)


def test_all_mistakes_are_said_at_once() -> None:
    text = MODEL.replace("owner: us", "ownr: us").replace("name: llama.cpp", "name: x").replace("512", "a lot")
    assert len(said(ModelSpec, text)) == 3


def test_an_old_boolean_word_is_explained() -> None:
    (line,) = said(StackSpec, STACK + "gateway: {log_content: no}\n", "gatehouse:")
    assert line == (
        "a.yaml:5:24: 'gatehouse:gateway.log_content' has to be true or false; this is 'no'."
        " Write false; in YAML 1.2 'no' is text."
    )


def test_a_rule_between_fields_names_its_place() -> None:
    (line,) = said(StackSpec, STACK.replace("- model: a", "- {model: a, replicas: {min: 3, max: 1}}"))
    assert line == "a.yaml:3:26: 'endpoints[0].replicas': min (3) is above max (1)."


def test_a_bad_key_of_a_free_mapping_is_named() -> None:
    (line,) = said(StackSpec, STACK + "labels: {Cost Centre: x}\n")
    assert line.startswith("a.yaml:5:10: 'labels' cannot have the name 'Cost Centre'. Lower-case letters")


def test_a_list_whose_only_entry_is_wrong_is_not_also_called_empty() -> None:
    (line,) = said(StackSpec, STACK.replace("- model: a", "- modle: a"))
    assert "Did you mean 'model'?" in line


@pytest.mark.parametrize("text", ["- a", "5", "~", "text"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    (line,) = said(ModelSpec, text)
    assert "The file holds fields" in line


def test_money_keeps_its_digits() -> None:
    report = Report("a.yaml")
    located = parse_yaml(STACK.replace("usd_per_month: 5,", "usd_per_month: 0.1,"), report)
    assert located is not None
    stack = validate(StackSpec, located, report, Naming("A stack"))
    assert stack is not None
    assert str(stack.budget.usd_per_month) == "0.1"


def test_a_hostile_value_is_quoted_short_and_without_control_characters() -> None:
    (line,) = said(ModelSpec, MODEL.replace("name: llama.cpp", f'name: "\\e[31m{"x" * 500}"'))
    assert "\x1b" not in line
    assert len(line) < 250


_SCALARS = (
    st.none() | st.booleans() | st.integers(-5, 10**6) | st.floats(-1, 2) | st.sampled_from(["", "a", "no", "v1"])
)
_DATA: Any = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*ModelSpec.model_fields, *StackSpec.model_fields, "tests", "live", "config", "model", "replicas"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(_DATA, st.sampled_from([ModelSpec, StackSpec, PromptSpec, RolloutSpec, SuiteSpec]))
def test_any_data_gives_a_value_or_problems_with_lines(data: Any, type_: type[BaseModel]) -> None:
    import json

    report = Report("a.yaml")
    located = parse_yaml(json.dumps(data, indent=1), report)
    assert located is not None
    value = validate(type_, located, report, Naming("The file"))
    assert (value is None) == bool(report.problems)
    assert all(problem.line is not None for problem in report.problems)
