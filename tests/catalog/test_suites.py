from __future__ import annotations

from pathlib import Path

import pytest

from catalog.entries import Suite
from catalog.loader import load_catalog
from tests.kit.catalog_files import SUITE, problem_of, problems_of, write_files

EVALS = "prompts/routing/evals.yaml"
CASES = "prompts/routing/cases.csv"
FROM_FILE = "tests: file://cases.csv\n"
ROWS = "ticket,__expected,__metadata:slice\na,billing,short\nb,technical,long\nc,account,short\n"


def suite(root: Path, changes: dict[str, str | bytes | None]) -> Suite:
    found = load_catalog(write_files(root, changes)).prompts["routing"].suite
    assert found is not None
    return found


def test_cases_can_stand_in_a_csv_file_as_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    found = suite(tmp_path, {EVALS: FROM_FILE, CASES: "\ufeff" + ROWS.replace("\n", "\r\n")})
    assert [(case.vars["ticket"], case.slice, case.line) for case in found.cases] == [
        ("a", "short", 2),
        ("b", "long", 3),
        ("c", "short", 4),
    ]
    assert found.cases[0].path == CASES


def test_inline_cases_and_files_can_be_mixed(tmp_path: Path) -> None:
    text = SUITE + "  - file://cases.csv\n  - file://more.jsonl\n"
    more = '{"vars": {"ticket": "z"}, "assert": [{"type": "equals", "value": "q"}]}\n'
    found = suite(tmp_path, {EVALS: text, CASES: ROWS, "prompts/routing/more.jsonl": more})
    assert len(found.cases) == 6


def test_the_order_of_cases_changes_neither_ids_nor_the_digest(tmp_path: Path) -> None:
    header, *rows = ROWS.splitlines(keepends=True)
    one = suite(tmp_path / "a", {EVALS: FROM_FILE, CASES: ROWS})
    other = suite(tmp_path / "b", {EVALS: FROM_FILE, CASES: header + "".join(reversed(rows))})
    assert {case.id for case in one.cases} == {case.id for case in other.cases}
    assert one.digest == other.digest


def test_a_case_has_one_identity_inline_and_in_a_file(tmp_path: Path) -> None:
    inline = "tests:\n  - vars: {ticket: a}\n    assert: [{type: equals, value: billing}]\n"
    one = suite(tmp_path / "a", {EVALS: inline})
    other = suite(tmp_path / "b", {EVALS: FROM_FILE, CASES: "ticket,__expected\na,billing\n"})
    assert one.cases[0].id == other.cases[0].id


def test_what_makes_a_case_changes_its_identity(tmp_path: Path) -> None:
    one = suite(tmp_path / "a", {EVALS: FROM_FILE, CASES: "ticket,__expected\na,billing\n"})
    for number, row in enumerate(("b,billing", "a,technical", "a,icontains: billing")):
        other = suite(tmp_path / str(number), {EVALS: FROM_FILE, CASES: f"ticket,__expected\n{row}\n"})
        assert other.cases[0].id != one.cases[0].id


def test_defaults_are_merged_in(tmp_path: Path) -> None:
    text = """\
defaultTest:
  vars: {ticket: none, team: billing}
  threshold: 0.5
  assert:
    - {type: icontains, value: "{{team}}"}
tests:
  - vars: {team: technical}
  - vars: {ticket: x}
    threshold: 1
    assert: [{type: equals, value: y}]
"""
    first, second = suite(tmp_path, {EVALS: text}).cases
    assert (first.vars, first.threshold) == ({"ticket": "none", "team": "technical"}, 0.5)
    assert [assertion.value for assertion in first.assertions] == ["technical"]
    assert ([assertion.value for assertion in second.assertions], second.threshold) == (["billing", "y"], 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tests: []\n", ":1:1: The suite has no cases; it would pass whatever the model says."),
        ("description: x\n", ":1:1: 'tests' is missing."),
        ("tests:\n", ":1:7: 'tests' has to be a list of cases, or a file beside this one."),
        ("tests: file://case.csv\n", ":1:8: There is no file 'case.csv' beside this one."),
        ("tests: file://../../../etc/passwd\n", ":1:8: 'file://../../../etc/passwd' is no file beside this one."),
        (SUITE.replace("type: equals", "type: equal"), ":4:16: There is no assertion 'equal'. Did you mean 'equals'?"),
        (SUITE.replace(", value: billing", ""), ":4:9: The assertion 'equals' has no value."),
        (
            SUITE.replace("type: equals, value: billing", "type: latency"),
            ":4:9: The assertion 'latency' has no threshold",
        ),
        (SUITE.replace("billing", '"{{team}}"'), ":4:9: The case has no variable 'team'. Allowed: ticket."),
        (
            SUITE.replace("assert:\n      - {type: equals, value: billing}", "assert: []"),
            ":2:5: The case asserts nothing",
        ),
        (SUITE.replace("value: billing", "value: billing, weight: 0"), ":2:5: The case asserts nothing"),
        (
            SUITE.replace("vars: {ticket: I", "varz: {ticket: I"),
            ":2:5: A case has no field 'varz'. Did you mean 'vars'?",
        ),
        (
            SUITE.replace("It crashes", "I was charged twice").replace("technical", "billing"),
            ":5:5: The same case stands in",
        ),
        ("defaultTest: {assert: [{type: contain, value: x}]}\n" + SUITE, ":1:31: There is no assertion 'contain'."),
        ("gate: {alpha: 2}\n" + SUITE, ":1:15: 'gate.alpha' has to be below 0.5; this is the number 2."),
        ("- a\n", ":1:1: A suite holds fields"),
        ("tests:\n  - 5\n", ":2:5: A case holds fields"),
    ],
)
def test_a_suite_that_could_pass_for_nothing_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    found = [str(problem) for problem in problems_of(tmp_path, {EVALS: text})]
    assert any(line.startswith(EVALS + expected) for line in found), found


def test_a_mistake_in_a_file_of_cases_is_named_in_that_file(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, {EVALS: FROM_FILE, CASES: ROWS + "d,contain: x,short\n"})
    assert (problem.path, problem.line) == (CASES, 5)


def test_a_missing_file_of_cases_names_those_that_are_there(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, {EVALS: "tests: file://case.csv\n", CASES: ROWS})
    assert any(p.allowed == ("file://cases.csv",) for p in problems)


def test_a_link_to_a_file_of_cases_is_not_followed(tmp_path: Path) -> None:
    root = write_files(tmp_path / "root", {EVALS: FROM_FILE})
    secret = tmp_path / "secret.csv"
    secret.write_text(ROWS)
    (root / CASES).symlink_to(secret)
    found = [str(problem) for problem in problems_of(root, {EVALS: FROM_FILE})]
    assert any("symbolic link" in line for line in found), found
