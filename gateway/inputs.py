"""Inputs of a prompt against its schema: what is wrong with them, said clearly, before a model is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any

from gateway.refusal import Refusal

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

    from catalog.entries import Variant

_MOST_PROBLEMS = 5
_LONGEST_PART = 300


@dataclass(frozen=True, slots=True)
class InputSchema:
    """The schema of a prompt's inputs, ready to check with; `defaults` fill in what is not given."""

    schema: Mapping[str, Any]
    defaults: Mapping[str, Any]
    validator: Validator

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs with defaults. Raises Refusal 422 that names each wrong input, what it is and what is allowed."""
        inputs = {**self.defaults, **given}
        problems = self._problems(inputs)
        if problems:
            raise Refusal(422, "invalid_inputs", " ".join(text for _, text in problems), param=problems[0][0])
        return inputs

    def _problems(self, inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
        from referencing.exceptions import Unresolvable

        try:
            return [_problem(error) for error in islice(self.validator.iter_errors(inputs), _MOST_PROBLEMS)]
        except (Unresolvable, RecursionError):
            return [("inputs", "The prompt's input schema refers to what is not in it, or to itself.")]


def read_schema(variant: Variant) -> InputSchema:
    """The schema of a variant, which the catalogue has checked to be one."""
    from jsonschema import Draft202012Validator
    from referencing import Registry

    # An empty registry: a $ref is never fetched from the network.
    validator = Draft202012Validator(variant.input_schema, registry=Registry())
    return InputSchema(variant.input_schema, variant.spec.input.default, validator)


def _problem(error: Any) -> tuple[str, str]:
    place = "inputs" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        return _unknown_input(place, error)
    if error.validator == "required":
        missing = next((key for key in error.validator_value if key not in error.instance), "")
        return f"{place}.{missing}", f"{place}.{missing} is missing."
    return place, f"{place}: {error.message[:_LONGEST_PART]}."


def _unknown_input(place: str, error: Any) -> tuple[str, str]:
    known = sorted(error.schema.get("properties", {}))
    extra = next((key for key in error.instance if key not in known), "")[:100]
    near = get_close_matches(extra, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"{place}.{extra}", f"{place}.{extra} is not known.{hint} Allowed: {', '.join(known) or 'none'}."
