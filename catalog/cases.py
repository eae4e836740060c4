"""Cases as people keep them: inline, in a CSV file as promptfoo reads it, or one JSON object a line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from catalog.assertions import check_type, read_expected
from catalog.report import Mark, Report, shown
from catalog.suite import Assertion, CaseSpec
from catalog.validation import Naming, validate
from catalog.yaml_source import MAX_DEPTH, Located

MAX_CASES = 100_000
_CASE = Naming("A case")
_FILE = re.compile(r"file://(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*\.(?:csv|jsonl))")
_EXPECTED_COLUMN = re.compile(r"__expected[0-9]*")
_SPECIAL = ("__expected", "__description", "__threshold", "__metric", "__metadata:NAME")


@dataclass(frozen=True, slots=True)
class Draft:
    """A case as it was written, before the suite's defaults. `marks` are the places of its assertions."""

    spec: CaseSpec
    report: Report
    mark: Mark
    marks: tuple[Mark, ...] = ()


def file_name(reference: str) -> str | None:
    """The name in `file://NAME.csv` or `file://NAME.jsonl`; none for any other text or place."""
    found = _FILE.fullmatch(reference)
    return found["name"] if found else None


def inline_case(node: Located, report: Report) -> Draft | None:
    """A case in the suite's own file."""
    if not has_known_types(node, report):
        return None
    spec = validate(CaseSpec, node, report, _CASE)
    return Draft(spec, report, node.mark, assertion_marks(node)) if spec else None


def assertion_marks(node: Located) -> tuple[Mark, ...]:
    """Where the assertions of a case or of the defaults stand."""
    listed = node.child("assert")
    return tuple(item.mark for item in listed.items or ()) if listed is not None else ()


def has_known_types(node: Located, report: Report) -> bool:
    """Whether every assertion of a case or of the defaults can be run; if not, the report says why."""
    listed = node.child("assert")
    types = [item.child("type") for item in listed.items or ()] if listed is not None else []
    known = [check_type(t.value, t.mark, report) for t in types if t is not None and isinstance(t.value, str)]
    return all(known)


def csv_cases(text: str, report: Report) -> Iterator[Draft]:
    """A column is a variable; columns that start with `__` are promptfoo's own."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(rows, [])
        if not _check_header(header, report):
            return
        before = rows.line_num
        for row in rows:
            line, before = before + 1, rows.line_num
            if any(cell.strip() for cell in row) and (draft := _row(header, row, Mark(line, 1), report)):
                yield draft
    except csv.Error as error:
        report.add(
            Mark(rows.line_num or 1, 1), f"Not valid CSV: {error}.", fix='A quote inside of quotes is written "".'
        )


def _check_header(header: list[str], report: Report) -> bool:
    mark = Mark(1, 1)
    before = len(report.problems)
    if not any(header):
        report.add(mark, "The file has no header.", fix="Name the variables in the first line.")
    elif len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        report.add(mark, "The columns are not separated by commas.", fix="Save the file with commas.")
    for name in header:
        if header.count(name) > 1 and name:
            report.add(mark, f"The column '{shown(name)}' stands there twice.")
        elif not name.strip() or name != name.strip():
            report.add(mark, f"The column name '{shown(name)}' is empty or has spaces around it.")
        elif name.startswith("__") and not _is_special(name):
            report.add(mark, f"There is no column '{shown(name)}'.", allowed=_SPECIAL, given=name)
        elif name.startswith("_") and _is_special(f"_{name}"):
            report.add(mark, f"The column '{shown(name)}' has one underscore.", allowed=_SPECIAL, given=f"_{name}")
    return len(report.problems) == before


def _is_special(name: str) -> bool:
    if name.startswith("__metadata:"):
        return len(name) > len("__metadata:") and not name.endswith("[]")
    return name in _SPECIAL or _EXPECTED_COLUMN.fullmatch(name) is not None


def _row(header: list[str], row: list[str], mark: Mark, report: Report) -> Draft | None:
    if len(row) != len(header):
        fix = "Put text that holds a comma in double quotes."
        report.add(mark, f"The row has {len(row)} cells, the header {len(header)}.", fix=fix)
        return None
    cells = dict(zip(header, row, strict=True))
    variables = {name: cell for name, cell in cells.items() if not name.startswith("__")}
    before = len(report.problems)
    assertions = _row_assertions(cells, mark, report)
    if len(report.problems) > before:
        return None
    try:
        spec = CaseSpec(
            description=cells.get("__description") or None,
            vars=variables,
            assert_=assertions,
            threshold=_threshold(cells.get("__threshold", ""), mark, report),
            metadata={n.removeprefix("__metadata:"): c for n, c in cells.items() if n.startswith("__metadata:") and c},
        )
    except ValidationError as error:
        report.add(mark, f"The row is no case: {error.errors()[0]['msg']}.")
        return None
    return Draft(spec, report, mark, (mark,) * len(assertions))


def _row_assertions(cells: Mapping[str, str], mark: Mark, report: Report) -> tuple[Assertion, ...]:
    found: list[Assertion] = []
    for name, cell in cells.items():
        if not _EXPECTED_COLUMN.fullmatch(name) or not cell.strip():
            continue
        expected = read_expected(cell)
        if isinstance(expected, str):
            report.add(mark, expected)
        else:
            found.append(expected)
    metric = cells.get("__metric")
    return tuple(a.model_copy(update={"metric": metric}) for a in found) if metric else tuple(found)


def _threshold(cell: str, mark: Mark, report: Report) -> float | None:
    if not cell.strip():
        return None
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    if 0 <= value <= 1:
        return value
    report.add(mark, f"'__threshold' has to be a number from 0 to 1; this is '{shown(cell)}'.")
    return None


def jsonl_cases(text: str, report: Report) -> Iterator[Draft]:
    """One case a line, as promptfoo writes them: {"vars": …, "assert": […]}."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and (node := _json_line(line, Mark(number, 1), report)) is not None:
            draft = inline_case(node, report)
            if draft:
                yield draft


def _json_line(line: str, mark: Mark, report: Report) -> Located | None:
    try:
        value = json.loads(line, object_pairs_hook=_unique, parse_constant=_no_constant)
        return locate(value, mark)
    except json.JSONDecodeError as error:
        report.add(Mark(mark.line, error.colno), f"Not valid JSON: {error.msg}.")
    except (ValueError, RecursionError) as error:
        report.add(mark, f"Not valid JSON: {shown(str(error), 100)}.")
    return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands in an object twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def locate(value: Any, mark: Mark, depth: int = 0) -> Located:
    """Plain data as located data that stands in one place. Raises ValueError if it is nested too deep."""
    if depth > MAX_DEPTH:
        raise ValueError(f"nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, dict):
        fields = {key: (mark, locate(child, mark, depth + 1)) for key, child in value.items()}
        return Located(value, mark, fields=fields)
    if isinstance(value, list):
        return Located(value, mark, items=[locate(child, mark, depth + 1) for child in value])
    return Located(value, mark, raw=str(value))
