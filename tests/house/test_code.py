"""Rules about the code that no linter holds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.tree import ROOMS, ROOT, calls, files, modules, parse

_IGNORE = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*)?|type:\s*ignore(?:\[[^\]]*\])?)(?P<reason>.*)$"
)


def shells(tree: ast.AST) -> Iterator[int]:
    """The lines that would hand a text to a shell."""
    for name, call in calls(tree):
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if "shell" in given and not (isinstance(given["shell"], ast.Constant) and given["shell"].value is False):
            yield call.lineno
        if name in ("system", "popen", "getoutput", "getstatusoutput") and _is_of(call, "os", "subprocess"):
            yield call.lineno


def ignores_without_reason(text: str) -> list[int]:
    """The lines that silence a checker and do not say why."""
    found = ((number, _IGNORE.search(line)) for number, line in enumerate(text.splitlines(), 1))
    return [number for number, ignore in found if ignore and not ignore["reason"].strip(" -#")]


def _is_of(call: ast.Call, *names: str) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id=module)):
            return module in names
    return False


def everything() -> list[Path]:
    return modules(files(), *ROOMS, "tests", "__main__.py")


def test_no_text_is_ever_handed_to_a_shell() -> None:
    assert [f"{path}:{line}" for path in everything() for line in shells(parse(path))] == []


@pytest.mark.parametrize(
    "line",
    ["subprocess.run(text, shell=True)", "subprocess.run(text, shell=flag)", "os.system(text)", "os.popen(text)"],
)
def test_a_shell_would_be_noticed(line: str) -> None:
    assert list(shells(ast.parse(line))) == [1]


def test_every_ignore_has_its_reason_on_the_line() -> None:
    found = [f"{path}:{line}" for path in everything() for line in ignores_without_reason((ROOT / path).read_text())]

    assert [place for place in found if not place.startswith("tests/house/test_code.py")] == []


@pytest.mark.parametrize(
    ("line", "noticed"),
    [
        ("x = 1  # noqa: E501", True),
        ("x = 1  # type: ignore[arg-type]", True),
        ("x = 1  # noqa", True),
        ("x = 1  # noqa: E501 - the address is long", False),
        ("x = 1  # noqa: E501, S603 the address is long", False),
        ("x = 1  # type: ignore[arg-type]  # the stub is wrong", False),
    ],
)
def test_an_ignore_without_a_reason_would_be_noticed(line: str, noticed: bool) -> None:
    assert bool(ignores_without_reason(line)) is noticed


def test_yaml_is_never_read_by_a_loader_that_can_make_objects() -> None:
    unsafe = {"unsafe_load", "full_load", "load_all", "unsafe_load_all"}
    found = [
        f"{path}:{call.lineno}"
        for path in modules(files(), *ROOMS)
        for name, call in calls(parse(path))
        if name in unsafe or (name == "load" and _is_of(call, "pickle", "joblib", "marshal"))
    ]

    assert found == []
