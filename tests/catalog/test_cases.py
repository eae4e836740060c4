from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cases import Draft, csv_cases, file_name, jsonl_cases
from catalog.report import Report

Reader = Callable[[str, Report], Iterator[Draft]]


def read(reader: Reader, text: str) -> tuple[list[Draft], list[str]]:
    report = Report("cases")
    return list(reader(text, report)), [str(problem) for problem in report.problems]


def test_a_csv_file_has_variables_assertions_and_what_is_known_of_the_case() -> None:
    header = "ticket,team,__expected,__expected1,__description,__metadata:slice,__threshold,__metric"
    (draft,), problems = read(csv_cases, f'{header}\n"a, ""b""\nc",x,billing,icontains: bill,why,short,0.5,routing\n')
    assert problems == []
    spec = draft.spec
    assert spec.vars == {"ticket": 'a, "b"\nc', "team": "x"}
    assert [(a.type, a.value, a.metric) for a in spec.assert_] == [
        ("equals", "billing", "routing"),
        ("icontains", "bill", "routing"),
    ]
    assert (spec.description, spec.metadata, spec.threshold) == ("why", {"slice": "short"}, 0.5)


def test_lines_are_those_where_a_row_begins() -> None:
    drafts, _ = read(csv_cases, 'ticket,__expected\n"two\nlines",a\n\nlast,b\n')
    assert [(draft.mark.line, draft.spec.vars["ticket"]) for draft in drafts] == [(2, "two\nlines"), (5, "last")]


def test_windows_line_ends_and_empty_rows_are_read() -> None:
    drafts, problems = read(csv_cases, "ticket,__expected\r\na,b\r\n,\r\n\r\nc,d\r\n")
    assert ([draft.spec.vars["ticket"] for draft in drafts], problems) == (["a", "c"], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "cases:1:1: The file has no header."),
        ("ticket;__expected\na;b\n", "cases:1:1: The columns are not separated by commas."),
        ("a,a\n1,2\n", "cases:1:1: The column 'a' stands there twice."),
        ("a, b\n1,2\n", "cases:1:1: The column name ' b' is empty or has spaces"),
        ("a,\n1,2\n", "cases:1:1: The column name '' is empty or has spaces"),
        ("a,__expectd\n1,2\n", "cases:1:1: There is no column '__expectd'. Did you mean '__expected'?"),
        ("a,_expected\n1,2\n", "cases:1:1: The column '_expected' has one underscore. Did you mean '__expected'?"),
        ("a,__metadata:x[]\n1,2\n", "cases:1:1: There is no column '__metadata:x[]'."),
        ("a,__expected\nx,y\n1\n", "cases:3:1: The row has 1 cells, the header 2."),
        ("a,__expected\nx, y, z\n", "cases:2:1: The row has 3 cells, the header 2. Put text that holds a comma in"),
        ('a,__expected\n"x,y\n', "cases:2:1: Not valid CSV: unexpected end of data."),
        ('a,__expected\n"x"y,z\n', "cases:2:1: Not valid CSV: ',' expected after '\"'."),
        ("a,__expected\nx,llm-rubric: kind\n", "cases:2:1: The assertion 'llm-rubric' is promptfoo's"),
        ("a,__expected,__threshold\nx,y,2\n", "cases:2:1: '__threshold' has to be a number from 0 to 1; this is '2'."),
        ("a,__expected,__threshold\nx,y,nan\n", "cases:2:1: '__threshold' has to be a number from 0 to 1"),
    ],
)
def test_a_mistake_in_a_csv_file_is_named_with_its_line(text: str, expected: str) -> None:
    _, problems = read(csv_cases, text)
    assert problems[0].startswith(expected), problems


def test_a_json_line_is_a_case() -> None:
    text = '{"vars": {"a": [1]}, "assert": [{"type": "equals", "value": "x"}], "metadata": {"slice": "s"}}\n\n'
    (draft,), problems = read(jsonl_cases, text)
    assert problems == []
    assert (draft.spec.vars, draft.spec.assert_[0].value, draft.mark.line) == ({"a": [1]}, "x", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}\n{", "cases:2:2: Not valid JSON"),
        ('{"vars": {"a": 1, "a": 2}}', "cases:1:1: Not valid JSON: a key stands in an object twice."),
        ('{"vars": {"a": NaN}}', "cases:1:1: Not valid JSON: NaN is no JSON."),
        ('{"vrs": {}}', "cases:1:1: A case has no field 'vrs'. Did you mean 'vars'?"),
        ("[]", "cases:1:1: A case holds fields"),
        (
            '{"assert": [{"type": "equal", "value": "x"}]}',
            "cases:1:1: There is no assertion 'equal'. Did you mean 'equals'?",
        ),
        ("[" * 100_000, "cases:1:1: Not valid JSON"),
        ('{"vars": ' + '{"a": ' * 60 + "1" + "}" * 61, "cases:1:1: Not valid JSON: nested more than"),
    ],
)
def test_a_mistake_in_a_json_line_is_named_with_its_line(text: str, expected: str) -> None:
    _, problems = read(jsonl_cases, text)
    assert problems[0].startswith(expected), problems


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("file://cases.csv", "cases.csv"),
        ("file://more-cases_2.jsonl", "more-cases_2.jsonl"),
        ("file://../../etc/passwd", None),
        ("file:///etc/passwd.csv", None),
        ("file://sub/cases.csv", None),
        ("file://.hidden.csv", None),
        ("file://cases.py", None),
        ("https://example.com/cases.csv", None),
        ("cases.csv", None),
        ("file://a.csv\n", None),
    ],
)
def test_only_files_beside_the_suite_are_named(reference: str, name: str | None) -> None:
    assert file_name(reference) == name


@given(st.text(max_size=200))
def test_any_text_gives_cases_or_problems(text: str) -> None:
    for reader in (csv_cases, jsonl_cases):
        drafts, problems = read(reader, text)
        assert isinstance(drafts, list)
        assert all(problem.startswith("cases:") for problem in problems)


_CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)


@given(st.lists(_CELLS.filter(str.strip), min_size=1, max_size=8))
def test_cells_come_through_unchanged(cells: list[str]) -> None:
    rows = "".join('"' + cell.replace('"', '""') + '",x\n' for cell in cells)
    drafts, problems = read(csv_cases, "ticket,__expected\n" + rows)
    assert problems == []
    assert [draft.spec.vars["ticket"] for draft in drafts] == cells
