"""JSON Schema (draft 7) over answers, with nothing trusted: no fetched references, no endless patterns, a time limit.

As promptfoo compiles them with ajv, schemas are strict: a keyword or a format that nobody knows is an error, since a
misspelt one would let everything through.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from catalog.json_schema import MAX_SCHEMA_CHARACTERS, WORDS, parts
from policies.evals.allowance import Allowance, TimeSpentError
from policies.evals.formats import FORMATS
from policies.evals.patterns import search


class BadSchemaError(ValueError):
    """Not a schema that ajv would compile in strict mode."""


def violation(schema: Any, instance: Any, allowance: Allowance) -> str | None:
    """What the instance violates, in one line; nothing when it conforms.

    Raises BadSchemaError, BadPatternError, or TimeSpentError when the check was stopped.
    """
    try:
        text = json.dumps(schema, sort_keys=True, default=str)
    except (RecursionError, TypeError, ValueError) as error:
        raise BadSchemaError("cannot be written as JSON") from error
    if len(text) > MAX_SCHEMA_CHARACTERS:
        raise BadSchemaError(f"longer than {MAX_SCHEMA_CHARACTERS} characters")
    with allowance.step(text) as seconds:
        try:
            return _check(text).violation(instance, seconds)
        except RecursionError as error:
            raise BadSchemaError("refers to itself without end, or the answer is nested too deeply") from error


@lru_cache(maxsize=256)
def _check(text: str) -> _Check:
    return _Check(json.loads(text))


class _Check:
    """One schema, ready to be run many times."""

    def __init__(self, schema: Any) -> None:
        from jsonschema import Draft7Validator
        from jsonschema.exceptions import SchemaError
        from jsonschema.validators import extend
        from referencing import Registry

        _refuse_unknown_words(schema)
        try:
            Draft7Validator.check_schema(schema)
        except SchemaError as error:
            raise BadSchemaError(error.message[:300]) from error
        own = {"pattern": self._pattern, "patternProperties": self._pattern_properties, "uniqueItems": _unique_items}
        words = {**Draft7Validator.VALIDATORS, **own, "format": _format}
        timed = {word: self._timed(function) for word, function in words.items()}
        # An empty registry fetches nothing: a reference that leaves the schema cannot be resolved.
        own_validator: Any = extend(Draft7Validator, timed)  # type: ignore[no-untyped-call]  # untyped in the library's stubs
        self._validator = own_validator(schema, registry=Registry())
        self._ends = 0.0

    def violation(self, instance: Any, seconds: float) -> str | None:
        from referencing.exceptions import Unresolvable

        self._ends = time.perf_counter() + seconds
        try:
            error = next(iter(self._validator.iter_errors(instance)), None)
        except Unresolvable as problem:
            raise BadSchemaError(f"reference {str(problem.ref)[:100]!r} cannot be resolved") from problem
        except OverflowError:
            return "a number is out of range"
        return None if error is None else f"{error.json_path}: {error.message[:300]}"

    def _seconds_left(self) -> float:
        left = self._ends - time.perf_counter()
        if left <= 0:
            raise TimeSpentError("took too long over the schema and was stopped")
        return left

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
        def word(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
            self._seconds_left()
            yield from function(validator, value, instance, schema) or ()

        return word

    def _pattern(self, _validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
        from jsonschema.exceptions import ValidationError

        if isinstance(instance, str) and not search(pattern, instance, self._seconds_left()):
            yield ValidationError(f"{instance[:100]!r} does not match {pattern[:100]!r}")

    def _pattern_properties(
        self, validator: Any, properties: Mapping[str, Any], instance: Any, _schema: Any
    ) -> Iterator[Any]:
        if not isinstance(instance, dict):
            return
        for pattern, subschema in properties.items():
            for key, value in instance.items():
                if search(pattern, key, self._seconds_left()):
                    yield from validator.descend(value, subschema, path=key, schema_path=pattern)


def _unique_items(_validator: Any, unique: bool, instance: Any, _schema: Any) -> Iterator[Any]:
    """In time that grows with the length only; the library compares every item with every other."""
    from jsonschema.exceptions import ValidationError

    if unique and isinstance(instance, list):
        seen = {json.dumps(_numbers_alike(item), sort_keys=True) for item in instance}
        if len(seen) != len(instance):
            yield ValidationError("items are not unique")


def _numbers_alike(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _numbers_alike(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers_alike(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _format(_validator: Any, name: str, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not FORMATS[name](instance):
        yield ValidationError(f"{instance[:100]!r} is not a {name}")


def _refuse_unknown_words(schema: Any) -> None:
    for part in parts(schema):
        if unknown := sorted(str(word) for word in part.keys() - WORDS):
            raise BadSchemaError(f"unknown keyword {unknown[0][:100]!r}")
        if (name := part.get("format")) is not None and name not in FORMATS:
            raise BadSchemaError(f"unknown format {str(name)[:100]!r}; known: {', '.join(sorted(FORMATS))}")
