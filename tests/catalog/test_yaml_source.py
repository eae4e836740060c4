from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.problem import Problem
from catalog.report import Mark, Report
from catalog.yaml_source import MAX_DEPTH, MAX_NODES, Located, parse_yaml


def read(text: str, first_line: int = 1) -> tuple[Located | None, list[Problem]]:
    report = Report("a.yaml")
    return parse_yaml(text, report, first_line=first_line), report.problems


def value_of(text: str) -> Any:
    located, problems = read(text)
    assert not problems
    assert located is not None
    return located.value


def problem_in(text: str) -> Problem:
    located, problems = read(text)
    assert located is None
    assert len(problems) == 1, problems
    return problems[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("012", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e3", 1000.0),
        ("-2.5", -2.5),
        (".5", 0.5),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("2026-11-23", "2026-11-23"),
        ("1.2.3", "1.2.3"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("+", "+"),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(written: str, value: Any) -> None:
    found = value_of(f"a: {written}")["a"]
    assert found == value
    assert type(found) is type(value)


def test_every_node_knows_its_place() -> None:
    located, _ = read("a: 1\nb:\n  - c\n  - d: x\n")
    assert located is not None
    assert located.key_mark("b") == Mark(2, 1)
    node = located.find(("b", 1, "d"))
    assert node is not None
    assert (node.value, node.mark) == ("x", Mark(4, 8))
    assert located.find(("b", 7)) is None


def test_lines_can_start_elsewhere() -> None:
    located, _ = read("a: 1\n", first_line=10)
    assert located is not None
    assert located.key_mark("a") == Mark(10, 1)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, "second time; first on line 1"),
        ("a: &x 1", 1, "anchor"),
        ("a: *x", 1, "alias"),
        ("a: 1\n<<: {b: 1}", 2, "merge key"),
        ("a: !!python/object:os.system x", 1, "tag"),
        ("a: !mine x", 1, "tag"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("%YAML 1.1\n---\na: 1", 1, "directive"),
        ("a:\n\t- b", 2, "spaces"),
        ("a: .nan", 1, "finite"),
        ("a: -.inf", 1, "finite"),
        ("a: 1e999", 1, "too large"),
        ("a: " + "9" * 5000, 1, "digits"),
        ("? [a]\n: b", 1, "key"),
        ("~: b", 1, "key"),
        ("a: b: c", 1, "quotes"),
        ("a: 'b", 1, "quote"),
        ("a: @b", 1, "quotes"),
        ("", 1, "empty"),
        ("# only a comment\n", 1, "empty"),
        ('a: "\\ud800"', 1, "Unicode"),
    ],
)
def test_what_is_refused_says_where_and_why(text: str, line: int, words: str) -> None:
    problem = problem_in(text)
    assert problem.line == line
    assert words in str(problem)


def test_all_duplicate_keys_are_named() -> None:
    _, problems = read("a: 1\na: 2\nb: 1\nb: 2\n")
    assert [problem.line for problem in problems] == [2, 4]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
        "[" * 500_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "- a\n" * (MAX_NODES + 10),
        "a: 1\n" * 50_000,
        "? " * 100_000,
        "!" * 200_000,
        "'" * 500_001,
        "&a " * 100_000,
    ],
)
def test_a_bomb_is_refused_at_once(text: str) -> None:
    located, problems = read(text)
    assert located is None
    assert 1 <= len(problems) <= 200


def test_half_a_surrogate_pair_is_refused() -> None:
    assert "surrogate" in problem_in("a: \ud800").message


def test_depth_is_bounded_and_ordinary_depth_is_not() -> None:
    assert value_of("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    assert "levels" in problem_in("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)).message


@given(st.text(st.characters(), max_size=400))
def test_any_text_gives_data_or_problems_and_never_a_traceback(text: str) -> None:
    located, problems = read(text)
    assert (located is None) == bool(problems)
    assert all(problem.line is not None and problem.line >= 1 for problem in problems)


_YAML_PIECES = [
    "a",
    ": ",
    "\n",
    "  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "&x",
    "*x",
    "!!str ",
    "#",
    "|",
    ">",
    "?",
    "~",
    "\t",
    "1e3",
]


@given(st.lists(st.sampled_from(_YAML_PIECES), max_size=60).map("".join))
def test_broken_yaml_gives_problems_and_never_a_traceback(text: str) -> None:
    located, problems = read(text)
    assert (located is None) == bool(problems)


_PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef-_ ", min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(_PLAIN)
def test_json_reads_as_itself(value: Any) -> None:
    assert value_of("data: " + json.dumps(value, ensure_ascii=False)) == {"data": value}


@given(_PLAIN)
def test_what_pyyaml_writes_without_its_old_scalars_reads_back(value: Any) -> None:
    text = yaml.safe_dump({"data": value}, allow_unicode=True, default_style='"')
    located, problems = read(text)
    assert bool(problems) or (located is not None and set(located.value) == {"data"})
