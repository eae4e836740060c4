"""Tests that cannot fail are worse than none."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.tree import Function, calls, files, functions, modules, parse

_SAYS_SOMETHING = ("check_", "assert_", "expect")


def run_by_pytest(tree: ast.AST) -> Iterator[Function]:
    """The functions that pytest runs."""
    return (function for function in functions(tree) if function.name.startswith("test"))


def can_fail(test: Function) -> bool:
    """Whether anything in a test could turn out wrong: an assertion, an expected error, or a check of the kit."""
    if any(isinstance(node, ast.Assert) for node in ast.walk(test)):
        return True
    return any(name in ("raises", "warns", "fail") or name.startswith(_SAYS_SOMETHING) for name, _ in calls(test))


def is_always_true(node: ast.Assert) -> bool:
    """Whether an assertion holds whatever happens: of a constant, or of a tuple with something in it."""
    match node.test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Tuple(elts=elements):
            return bool(elements)
    return False


def test_every_test_can_fail() -> None:
    found = [
        f"{path}:{test.lineno} {test.name}"
        for path in modules(files(), "tests")
        for test in run_by_pytest(parse(path))
        if path.name.startswith("test_") and not can_fail(test)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("body", "good"),
    [
        ("make()", False),
        ("assert make()", True),
        ("with pytest.raises(ValueError): make()", True),
        ("check_plan(make())", True),
        ("kit.assert_same(make())", True),
    ],
)
def test_a_test_without_an_assertion_would_be_noticed(body: str, good: bool) -> None:
    (test,) = run_by_pytest(ast.parse(f"def test_it():\n    {body}"))

    assert can_fail(test) is good


def test_no_assertion_is_always_true() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in modules(files(), "tests")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Assert) and is_always_true(node)
    ]

    assert found == []


def test_no_test_body_hides_inside_an_apply() -> None:
    """With an unknown value it never runs, and without Pulumi's decorator nobody waits for it."""
    found = [
        f"{path}:{call.lineno}"
        for path in modules(files(), "tests")
        for name, call in calls(parse(path))
        if name == "apply" and path.name.startswith("test_")
    ]

    assert found == []


def test_every_file_with_tests_is_collected() -> None:
    """Pytest passes over a file whose name it does not know, without a word."""
    found = [
        str(path)
        for path in modules(files(), "tests")
        if any(run_by_pytest(parse(path))) and not fnmatch.fnmatch(path.name, "test_*.py")
    ]

    assert found == []


def test_no_two_tests_of_a_file_share_a_name() -> None:
    """The second would hide the first."""
    found = []
    for path in modules(files(), "tests"):
        names = [node.name for node in parse(path).body if isinstance(node, Function)]
        found += [f"{path} {name}" for name in sorted({name for name in names if names.count(name) > 1})]

    assert found == []


def test_no_test_is_switched_off_without_a_reason() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path in modules(files(), "tests")
        for name, call in calls(parse(path))
        if name in ("skipif", "xfail") and not any(keyword.arg == "reason" for keyword in call.keywords)
    ]

    assert found == []


def test_no_test_file_lies_outside_of_tests() -> None:
    strays = [path for path in files() if fnmatch.fnmatch(path.name, "test_*.py") and path.parts[0] != "tests"]

    assert [str(Path(path)) for path in strays] == []
