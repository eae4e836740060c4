"""promptfoo's deterministic assertions, as promptfoo 0.121 means them.

Sources: `src/assertions/{equals,contains,startsWith,regex,json,levenshtein,latency,cost,assertionsResult,index}.ts`.
Two things differ. An assertion that cannot be judged (a pattern that is no pattern or was stopped, a schema that is
none, a missing threshold or price) is *broken*, whatever its `not-` form would say, so that a slip is never a pass.
And `latency` may be judged on a stored answer, with the time that the model took when it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from catalog.patterns import BadPatternError, code_units
from catalog.suite import Assertion
from policies.evals import javascript
from policies.evals.allowance import Allowance, TimeSpentError
from policies.evals.json_schema import BadSchemaError, violation
from policies.evals.patterns import found

LEVENSHTEIN_THRESHOLD = 5
MAX_JUDGED_CHARACTERS = 200_000
_MAX_REASON_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Given:
    """What there is to judge: an answer, how long it took, what it cost (none when nobody knows)."""

    text: str
    latency_ms: float = 0.0
    usd: float | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What one assertion says. `broken` means that it could not be judged, and then it never passes."""

    passed: bool
    reason: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """What a case's assertions say together: passed, a score from 0 to 1, and one line for each that did not hold."""

    passed: bool
    score: float
    failed: tuple[str, ...]
    broken: tuple[str, ...]


class _BrokenError(Exception):
    """The assertion cannot be judged; the text says why."""


def judge_case(
    assertions: Iterable[Assertion],
    threshold: float | None,
    given: Given,
    allowance: Allowance,
) -> Scored:
    """A case without a threshold passes when every assertion holds; with one, when their weighted mean reaches it."""
    weighed = 0.0
    weights = 0.0
    failed: list[str] = []
    broken: list[str] = []
    for assertion in assertions:
        checked = judge(assertion, given, allowance)
        weights += assertion.weight
        weighed += assertion.weight * checked.passed
        if checked.broken:
            broken.append(checked.reason)
        elif not checked.passed and assertion.weight > 0:
            failed.append(checked.reason)
    score = weighed / weights if weights > 0 else 0.0
    holds = not failed if threshold is None else score >= threshold
    return Scored(holds and not broken, score, tuple(failed), tuple(broken))


def judge(assertion: Assertion, given: Given, allowance: Allowance) -> Checked:
    """Judge one assertion on one answer. Never raises for bad input: what cannot be judged is broken."""
    inverse = assertion.type.startswith("not-")
    kind = assertion.type.removeprefix("not-")
    handler = _HANDLERS.get(kind)
    try:
        if handler is None:
            raise _BrokenError(f"unknown assertion; known: {', '.join(sorted(_HANDLERS))}")
        if len(given.text) > MAX_JUDGED_CHARACTERS:
            raise _BrokenError(f"the answer is longer than {MAX_JUDGED_CHARACTERS} characters")
        holds, reason = handler(assertion, assertion.value, given, allowance)
    except (_BrokenError, BadPatternError, BadSchemaError, TimeSpentError) as error:
        return Checked(passed=False, reason=_bounded(f"{assertion.type}: {error}"), broken=True)
    if holds != inverse:
        return Checked(passed=True)
    return Checked(passed=False, reason=_bounded(f"{assertion.type}: {'must not: ' if inverse else ''}{reason}"))


def _equals(assertion: Assertion, expected: Any, given: Given, allowance: Allowance) -> tuple[bool, str]:
    del allowance
    if expected is None and "value" not in assertion.model_fields_set:
        raise _BrokenError("has no value")
    if expected is None or isinstance(expected, dict | list | tuple):
        try:
            return javascript.deep_equal(expected, javascript.parse_json(given.text)), "equal the expected JSON"
        except (javascript.NotJsonError, RecursionError):
            return False, "equal the expected JSON"
    wanted = javascript.to_text(expected)
    return wanted == given.text, f"equal {_quoted(wanted)}"


def _contains(assertion: Assertion, expected: Any, given: Given, allowance: Allowance) -> tuple[bool, str]:
    del assertion, allowance
    wanted = _text_or_number(expected)
    return wanted in given.text, f"contain {_quoted(wanted)}"


def _icontains(assertion: Assertion, expected: Any, given: Given, allowance: Allowance) -> tuple[bool, str]:
    del assertion, allowance
    wanted = _text_or_number(expected)
    return wanted.lower() in given.text.lower(), f"contain {_quoted(wanted)} in any case"


def _starts_with(assertion: Assertion, expected: Any, given: Given, allowance: Allowance) -> tuple[bool, str]:
    del assertion, allowance
    wanted = _text(expected)
    return given.text.startswith(wanted), f"start with {_quoted(wanted)}"


def _regex(assertion: Assertion, expected: Any, given: Given, allowance: Allowance) -> tuple[bool, str]:
    del assertion
    pattern = _text(expected)
    try:
        return found(pattern, given.text, allowance), f"match {_quoted(pattern)}"
    except (BadPatternError, TimeSpentError) as error:
        raise _BrokenError(f"pattern {_quoted(pattern)}: {error}") from error


def _is_json(assertion: Assertion, expected: Any, given: Given, allowance: Allowance) -> tuple[bool, str]:
    del assertion
    schema = _schema(expected)
    try:
        parsed = javascript.parse_json(given.text)
    except javascript.NotJsonError as error:
        return False, f"be valid JSON ({error})"
    if schema is None:
        return True, "be valid JSON"
    wrong = violation(schema, parsed, allowance)
    return wrong is None, f"be JSON that conforms to the schema ({wrong or 'it does'})"


def _schema(expected: Any) -> Any:
    """None without a schema; promptfoo reads a text as YAML."""
    if isinstance(expected, str):
        if not expected:
            return None
        import yaml

        try:
            expected = yaml.safe_load(expected)
        except (yaml.YAMLError, RecursionError) as error:
            raise _BrokenError("the schema is not YAML") from error
    if expected is not None and not isinstance(expected, dict):
        raise _BrokenError("the schema must be an object")
    return expected


def _levenshtein(assertion: Assertion, expected: Any, given: Given, allowance: Allowance) -> tuple[bool, str]:
    del allowance
    from rapidfuzz.distance import Levenshtein

    if not isinstance(expected, str):
        raise _BrokenError("the value must be a text")
    threshold = LEVENSHTEIN_THRESHOLD if assertion.threshold is None else assertion.threshold
    limit = max(int(threshold), 0)
    distance = Levenshtein.distance(code_units(given.text), code_units(expected), score_cutoff=limit)
    return distance <= threshold, f"be within {threshold:g} edits of {_quoted(expected)}"


def _latency(assertion: Assertion, expected: Any, given: Given, allowance: Allowance) -> tuple[bool, str]:
    del expected, allowance
    threshold = _threshold(assertion, "milliseconds")
    return given.latency_ms <= threshold, f"answer within {threshold:g} ms (took {given.latency_ms:.0f})"


def _cost(assertion: Assertion, expected: Any, given: Given, allowance: Allowance) -> tuple[bool, str]:
    del expected, allowance
    threshold = _threshold(assertion, "US dollars")
    if given.usd is None:
        raise _BrokenError("the model has no price; give one in model.yaml")
    return given.usd <= threshold, f"cost at most {threshold:g} USD (cost {given.usd:.2g})"


def _threshold(assertion: Assertion, unit: str) -> float:
    if assertion.threshold is None:
        raise _BrokenError(f"needs a threshold in {unit}")
    return assertion.threshold


def _text(expected: Any) -> str:
    if not isinstance(expected, str) or not expected:
        raise _BrokenError("the value must be a text that is not empty")
    return expected


def _text_or_number(expected: Any) -> str:
    if isinstance(expected, bool) or not isinstance(expected, str | int | float) or expected == "":
        raise _BrokenError("the value must be a number or a text that is not empty")
    return javascript.to_text(expected)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 120 else text[:119] + "…")


def _bounded(text: str) -> str:
    return text if len(text) <= _MAX_REASON_CHARACTERS else text[: _MAX_REASON_CHARACTERS - 1] + "…"


_HANDLERS: dict[str, Callable[[Assertion, Any, Given, Allowance], tuple[bool, str]]] = {
    "contains": _contains,
    "cost": _cost,
    "equals": _equals,
    "icontains": _icontains,
    "is-json": _is_json,
    "latency": _latency,
    "levenshtein": _levenshtein,
    "regex": _regex,
    "starts-with": _starts_with,
}
