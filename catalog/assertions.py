"""Assertions in promptfoo's words: read from a CSV cell, and checked before any model is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from catalog.json_schema import schema_complaint
from catalog.promptfoo import ELSEWHERE
from catalog.report import Mark, Report, nearest, shown
from catalog.suite import ALL_ASSERTION_TYPES, ASSERTION_TYPES, Assertion, AssertionType

_EXPECTED = re.compile(r"(?P<type>[a-z][a-z-]*)(?:\((?P<threshold>[0-9]+(?:\.[0-9]+)?)\))?(?P<colon>\s*:)?", re.ASCII)
_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_-]*)\s*")


def base_type(type_: str) -> AssertionType:
    """The assertion without its `not-`."""
    return AssertionType(type_.removeprefix("not-"))


@lru_cache(maxsize=4_096)
def read_expected(text: str) -> Assertion | str:
    """The assertion in a cell of an `__expected` column, or what is wrong with it.

    `TYPE: value`, `TYPE(threshold): value` and `is-json`; any other text means that the answer equals it.
    """
    found = _EXPECTED.match(text)
    if found is None or not (found["colon"] or (found["threshold"] and found.end() == len(text))):
        bare = text.strip()
        return Assertion(type=bare) if bare in {"is-json", "not-is-json"} else Assertion(type="equals", value=text)
    type_, value = found["type"], text[found.end() :].strip()
    if type_ in ALL_ASSERTION_TYPES:
        threshold = float(found["threshold"]) if found["threshold"] else None
        return Assertion(type=type_, value=value or None, threshold=threshold)
    if type_.removeprefix("not-") in ELSEWHERE:
        return f"The assertion '{type_}' is promptfoo's, but is not run here."
    if near := get_close_matches(type_, ALL_ASSERTION_TYPES, n=1, cutoff=0.8):
        return (
            f"'{type_}:' looks like the assertion '{near[0]}:'; for the text itself write 'equals: {shown(text, 30)}'."
        )
    return Assertion(type="equals", value=text)


def fill(value: Any, variables: Mapping[str, Any], mark: Mark | None, report: Report) -> Any:
    """A value with `{{name}}` replaced by the case's variables, as promptfoo does."""
    if not isinstance(value, str) or "{{" not in value:
        return value

    def replacement(found: re.Match[str]) -> str:
        name = _NAME.fullmatch(found[1])
        if name is None:
            report.add(mark, f"'{shown(found[0])}' is not supported in a value.", fix="Only {{name}} is.")
        elif name[1] not in variables:
            allowed = tuple(variables)
            report.add(mark, f"The case has no variable '{shown(name[1])}'.", allowed=allowed, given=name[1])
        else:
            return str(variables[name[1]])
        return found[0]

    return _VARIABLE.sub(replacement, value)


def check_type(type_: str, mark: Mark | None, report: Report) -> bool:
    """Whether the type can be run; if not, the report says why."""
    if type_ in ALL_ASSERTION_TYPES:
        return True
    if type_.removeprefix("not-") in ELSEWHERE:
        report.add(mark, f"The assertion '{type_}' is promptfoo's, but is not run here.", allowed=ASSERTION_TYPES)
    elif (near := nearest(type_, ALL_ASSERTION_TYPES)) is not None:
        report.add(mark, f"There is no assertion '{shown(type_)}'.", allowed=(near, *ASSERTION_TYPES), given=type_)
    else:
        report.add(mark, f"There is no assertion '{shown(type_)}'.", allowed=ASSERTION_TYPES)
    return False


def check(assertion: Assertion, mark: Mark | None, report: Report) -> None:
    """Say what is wrong with an assertion of a known type."""
    kind = base_type(assertion.type)
    complaint = _CHECKS.get(kind, _needs_text)(assertion)
    if complaint:
        report.add(mark, f"The assertion '{assertion.type}' {complaint[0]}", fix=complaint[1])


Complaint = tuple[str, str | None]


def _needs_text(assertion: Assertion) -> Complaint | None:
    if assertion.value is None or assertion.value == "":
        return "has no value.", "Add 'value: …'."
    if isinstance(assertion.value, bool | list | dict):
        return "needs text to compare with.", "Put the value in quotes."
    return None


def _needs_value(assertion: Assertion) -> Complaint | None:
    return ("has no value.", "Add 'value: …'.") if assertion.value is None else None


def _needs_threshold(assertion: Assertion) -> Complaint | None:
    if assertion.threshold is None:
        unit = "milliseconds" if base_type(assertion.type) is AssertionType.latency else "US dollars"
        return f"has no threshold, in {unit}.", "Add 'threshold: …'; in a CSV file, " + f"'{assertion.type}(…)'."
    return ("needs a threshold of 0 or more.", None) if assertion.threshold < 0 else None


def _levenshtein(assertion: Assertion) -> Complaint | None:
    if assertion.threshold is not None and assertion.threshold < 0:
        return "needs a threshold of 0 or more.", None
    return _needs_text(assertion)


def _regex(assertion: Assertion) -> Complaint | None:
    from catalog.patterns import BadPatternError, compiled

    if complaint := _needs_text(assertion):
        return complaint
    try:
        compiled(str(assertion.value))
    except BadPatternError as error:
        return f"has a pattern that cannot be used: {shown(str(error), 100)}.", "Write \\ before a literal ( [ { + * ?."
    return None


def _is_json(assertion: Assertion) -> Complaint | None:
    if assertion.value is None:
        return None
    if not isinstance(assertion.value, dict):
        return "takes a JSON Schema as fields, or no value.", None
    complaint = schema_complaint(json.dumps(assertion.value), "draft-07")
    return (f"has no good JSON Schema: {complaint}.", None) if complaint else None


_CHECKS = {
    AssertionType.equals: _needs_value,
    AssertionType.regex: _regex,
    AssertionType.is_json: _is_json,
    AssertionType.levenshtein: _levenshtein,
    AssertionType.latency: _needs_threshold,
    AssertionType.cost: _needs_threshold,
}
