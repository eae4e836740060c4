"""A suite: its file and cases read together, defaults merged in, every assertion checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.assertions import check, fill
from catalog.cases import (
    MAX_CASES,
    Draft,
    assertion_marks,
    csv_cases,
    file_name,
    has_known_types,
    inline_case,
    jsonl_cases,
)
from catalog.digest import digest_of
from catalog.entries import Case, Suite
from catalog.report import Mark, Report, shown
from catalog.suite import Assertion, DefaultTest, SuiteSpec
from catalog.validation import Naming, validate
from catalog.yaml_source import Located, parse_yaml

NAMING = Naming("A suite")
# Gives the text of a file beside the suite, and the report for it; none where it cannot be read.
Beside = Callable[[str, Report, Mark], tuple[str, Report] | None]


def read_suite(text: str, path: str, report: Report, beside: Beside) -> Suite | None:
    """The suite in the text of `evals.yaml`. `beside` opens the files that it names."""
    located = parse_yaml(text, report)
    if located is None or located.fields is None:
        if located is not None:
            report.add(located.mark, "A suite holds fields, as in 'tests: file://cases.csv'.")
        return None
    spec = _spec(located, report)
    reports = [report]
    drafts = list(islice(_drafts(located, reports, beside), MAX_CASES + 1))
    if len(drafts) > MAX_CASES:
        report.add(located.key_mark("tests"), f"The suite has more than {MAX_CASES:,} cases.")
        return None
    if spec is None:
        return None
    if not drafts and not any(reports) and "tests" in located.fields:
        report.add(located.key_mark("tests"), "The suite has no cases; it would pass whatever the model says.")
        return None
    default_marks = assertion_marks(located.child("defaultTest") or located)
    cases = _unique(_merged(drafts, spec.defaultTest, default_marks, report), drafts)
    content = {"gate": spec.gate.model_dump(mode="json"), "cases": sorted(case.id for case in cases)}
    return Suite(Path(path), spec, tuple(cases), digest_of(content))


def _spec(located: Located, report: Report) -> SuiteSpec | None:
    """The suite without its cases, which are checked one by one so that each mistake has its line."""
    fields = dict(located.fields or {})
    tests = fields.get("tests")
    if tests is not None:
        if not isinstance(tests[1].value, str | list):
            message = "'tests' has to be a list of cases, or a file beside this one."
            report.add(tests[1].mark, message, allowed=("file://cases.csv", "file://cases.jsonl"))
        fields["tests"] = (tests[0], Located("file://cases.csv", tests[1].mark, raw=""))
    default = located.child("defaultTest")
    if default is not None and not has_known_types(default, report):
        return None
    values = {name: child.value for name, (_, child) in fields.items()}
    return validate(SuiteSpec, Located(values, located.mark, fields=fields), report, NAMING)


def _drafts(located: Located, reports: list[Report], beside: Beside) -> Iterator[Draft]:
    """The cases of the suite and of its files, whose reports are added to the suite's own."""
    tests = located.child("tests")
    if tests is None:
        return
    for node in tests.items if tests.items is not None else [tests]:
        if isinstance(node.value, str):
            yield from _file_drafts(node, reports, beside)
        elif (draft := inline_case(node, reports[0])) is not None:
            yield draft


def _file_drafts(node: Located, reports: list[Report], beside: Beside) -> Iterator[Draft]:
    name, report = file_name(node.value), reports[0]
    if name is None:
        message = f"'{shown(node.value)}' is no file beside this one."
        report.add(node.mark, message, allowed=("file://NAME.csv", "file://NAME.jsonl"))
        return
    opened = beside(name, report, node.mark)
    if opened is not None:
        text, its_report = opened
        reports.append(its_report)
        yield from (csv_cases if name.endswith(".csv") else jsonl_cases)(text, its_report)


def _merged(
    drafts: Iterable[Draft], default: DefaultTest, default_marks: Sequence[Mark], report: Report
) -> Iterator[Case]:
    for draft in drafts:
        variables = {**default.vars, **draft.spec.vars}
        assertions = [
            *_checked(default.assert_, default_marks, variables, report),
            *_checked(draft.spec.assert_, draft.marks, variables, draft.report),
        ]
        if not any(assertion.weight > 0 for assertion in assertions):
            fix = "Add an 'assert' with a weight above 0; in a CSV file, a column '__expected'."
            draft.report.add(draft.mark, "The case asserts nothing, so that any answer passes.", fix=fix)
        yield _case(draft, variables, tuple(assertions), default.threshold)


def _checked(
    assertions: Iterable[Assertion], marks: Sequence[Mark], variables: dict[str, Any], report: Report
) -> Iterator[Assertion]:
    for index, assertion in enumerate(assertions):
        mark = marks[index] if index < len(marks) else None
        value = fill(assertion.value, variables, mark, report)
        filled = assertion if value is assertion.value else assertion.model_copy(update={"value": value})
        check(filled, mark, report)
        yield filled


def _case(
    draft: Draft, variables: dict[str, Any], assertions: tuple[Assertion, ...], default_threshold: float | None
) -> Case:
    spec = draft.spec
    threshold = spec.threshold if spec.threshold is not None else default_threshold
    said = [assertion.model_dump(mode="json", exclude_none=True) for assertion in assertions]
    content = {"vars": variables, "assert": said, "threshold": threshold}
    return Case(
        id=digest_of(content).removeprefix("sha256:")[:16],
        description=spec.description or _first_text(variables),
        vars=variables,
        assertions=assertions,
        threshold=threshold,
        metadata=spec.metadata,
        slice=spec.metadata.get("slice"),
        path=draft.report.path,
        line=draft.mark.line,
    )


def _first_text(variables: dict[str, Any]) -> str:
    return shown(next((value for value in variables.values() if isinstance(value, str) and value), "a case"), 80)


def _unique(cases: Iterable[Case], drafts: Sequence[Draft]) -> list[Case]:
    seen: dict[str, Case] = {}
    for case, draft in zip(cases, drafts, strict=True):
        if (first := seen.get(case.id)) is not None:
            where = f"{first.path}:{first.line}"
            draft.report.add(draft.mark, f"The same case stands in {where}; it would count twice.", fix="Remove one.")
        else:
            seen[case.id] = case
    return list(seen.values())
