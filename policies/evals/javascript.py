"""What JavaScript means by text, numbers and JSON, since promptfoo's assertions are written in it."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

MAX_JSON_CHARACTERS = 200_000
_MAX_SAFE_INTEGER = 2**53 - 1
_MAX_INTEGER_DIGITS = 400


class NotJsonError(ValueError):
    """The text is not JSON as `JSON.parse` reads it, or is too large or too deep to look at."""


def to_text(value: Any) -> str:
    """`String(value)` of a scalar: 3.0 is `3`, true is `true`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int | float):
        return _number_text(_double(value) if abs(value) > _MAX_SAFE_INTEGER else value)
    return str(value)


def _number_text(value: int | float) -> str:
    if isinstance(value, int):
        return str(value)
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    mantissa, _, exponent = repr(value).partition("e")
    power = int(exponent)
    return f"{mantissa.removesuffix('.0')}e{'+' if power > 0 else ''}{power}"


def parse_json(text: str) -> Any:
    """`JSON.parse`: no NaN, no Infinity. Integers beyond 2^53 become floats, as they do there.

    Raises NotJsonError, also for what is too large or too deep to look at.
    """
    if len(text) > MAX_JSON_CHARACTERS:
        raise NotJsonError(f"more than {MAX_JSON_CHARACTERS} characters")
    try:
        return json.loads(text, parse_constant=_refuse, parse_int=_integer)
    except RecursionError as error:
        raise NotJsonError("nested too deeply") from error
    except ValueError as error:
        raise NotJsonError(str(error)) from error


def _refuse(name: str) -> None:
    raise NotJsonError(f"{name} is not JSON")


def _integer(digits: str) -> int | float:
    if len(digits) > _MAX_INTEGER_DIGITS:
        return -math.inf if digits.startswith("-") else math.inf
    value = int(digits)
    if value == 0 and digits.startswith("-"):
        return -0.0
    return value if abs(value) <= _MAX_SAFE_INTEGER else _double(value)


def deep_equal(left: Any, right: Any) -> bool:
    """`util.isDeepStrictEqual` on JSON values: order of keys does not matter, true is not 1, 1.0 is 1, -0 is not 0."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(deep_equal(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(deep_equal, left, right))
    if _is_number(left) and _is_number(right):
        left, right = _double(left), _double(right)
        return bool(left == right) and math.copysign(1, left) == math.copysign(1, right)
    return type(left) is type(right) and bool(left == right)


def _double(value: int | float) -> float:
    """The number as JavaScript holds it."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
