from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.catalog_files import MODEL, STACK, SUITE, VARIANT, problem_of


def test_a_prompt_in_a_stack_that_does_not_serve_its_model_is_refused(tmp_path: Path) -> None:
    changes = {
        "models/other/model.yaml": MODEL,
        "stacks/Pulumi.dev.yaml": STACK.replace("model: small", "model: other"),
    }
    problem = problem_of(tmp_path, changes)
    assert (problem.path, problem.line) == ("stacks/Pulumi.dev.yaml", 6)
    assert "answered by the model 'small', which this stack does not serve" in problem.message
    assert problem.fix == "Add '- model: small' to gatehouse:endpoints."


def test_a_prompt_for_a_tabular_model_is_refused(tmp_path: Path) -> None:
    tabular = MODEL.replace("text-generation", "tabular-classification").replace("completions", "predict")
    tabular = tabular.replace("llama.cpp", "scikit-learn").replace("format: gguf", "format: skops")
    changes = {
        "models/tab/model.yaml": tabular,
        "prompts/routing/v1.prompt": VARIANT.replace("model: small", "model: tab"),
        "stacks/Pulumi.dev.yaml": STACK.replace("model: small", "model: tab"),
    }
    problem = problem_of(tmp_path, changes)
    assert "it takes no prompt" in problem.message
    assert problem.allowed == ("small",)


def test_a_model_served_twice_is_refused(tmp_path: Path) -> None:
    twice = STACK.replace("    - model: small\n", "    - model: small\n    - model: small\n")
    assert "second time" in problem_of(tmp_path, {"stacks/Pulumi.dev.yaml": twice}).message


def test_a_case_that_lacks_a_variable_of_the_template_is_named(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, {"prompts/routing/evals.yaml": SUITE.replace("{ticket: It crashes}", "{tickt: It}")})
    assert (problem.path, problem.line) == ("prompts/routing/evals.yaml", 5)
    assert "'ticket'" in problem.message
    assert problem.fix == "Is 'tickt' meant by it?"


@pytest.mark.parametrize(
    ("value", "words"), [("12", "'ticket' is 12; v1.prompt takes a string."), ("true", "is True"), ("[a]", "is ['a']")]
)
def test_a_value_that_the_gateway_would_refuse_is_named(tmp_path: Path, value: str, words: str) -> None:
    problem = problem_of(
        tmp_path, {"prompts/routing/evals.yaml": SUITE.replace("ticket: It crashes", f"ticket: {value}")}
    )
    assert problem.line == 5
    assert words in problem.message
