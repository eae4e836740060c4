"""What callers of a tabular model send: read into rows of numbers, or refused with the place of each mistake. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

import orjson

from gateway.refusal import Refusal, bad_request

MAX_ROWS = 1_000
MAX_BODY_BYTES = 4 * 1024 * 1024
_MAX_PROBLEMS = 10
_LONGEST_SHOWN = 40
_NUMBER = re.compile(r"[-+]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})([eE][-+]?\d{1,4})?", re.ASCII)


def read_rows(body: bytes, features: Sequence[str]) -> list[list[float]]:
    """The rows of `{"inputs": [{feature: number}]}`, each with the features in the model's order.

    A number may stand there as text, since CSV files and web forms have nothing else.
    Raises Refusal: 400 for what is no such request, 413 for too many rows, 422 for rows that the model cannot take.
    """
    inputs = _inputs(body)
    problems: list[tuple[str, str]] = []
    rows = [_row(row, f"inputs[{index}]", features, problems) for index, row in enumerate(inputs)]
    if problems:
        raise _unprocessable(problems)
    return rows


def _inputs(body: bytes) -> list[Any]:
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"The body is not JSON: {error}. NaN and Infinity are no numbers in JSON.") from None
    if not isinstance(request, dict) or not isinstance(request.get("inputs"), list):
        raise bad_request('The body has to be {"inputs": [{feature: number, …}, …]}.', param="inputs")
    inputs: list[Any] = request["inputs"]
    if not inputs:
        raise Refusal(422, "invalid_inputs", "There is no row in 'inputs'; send at least one.", param="inputs")
    if len(inputs) > MAX_ROWS:
        message = f"{len(inputs)} rows are too many for one request; send at most {MAX_ROWS} at once."
        raise Refusal(413, "too_many_rows", message, param="inputs")
    return inputs


def _row(row: Any, place: str, features: Sequence[str], problems: list[tuple[str, str]]) -> list[float]:
    if len(problems) > _MAX_PROBLEMS:
        return []
    if not isinstance(row, dict):
        problems.append((place, "is not an object with the features as keys"))
        return []
    problems.extend(islice(_unknown(row, place, features), _MAX_PROBLEMS + 1))
    numbers = [_number(row.get(name, ...)) for name in features]
    problems.extend(
        (f"{place}.{name}", number) for name, number in zip(features, numbers, strict=True) if isinstance(number, str)
    )
    return [number for number in numbers if isinstance(number, float)]


def _unknown(row: dict[str, Any], place: str, features: Sequence[str]) -> Iterator[tuple[str, str]]:
    known = set(features)
    for name in row:
        if name not in known:
            near = get_close_matches(name[:100], features, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            yield f"{place}.{name[:_LONGEST_SHOWN]}", f"is no feature of this model{hint}"


def _number(value: Any) -> float | str:
    """The number, or what is wrong with it."""
    if value is ...:
        return "is missing"
    if isinstance(value, str):
        return _number_in_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        kind = {"NoneType": "null", "bool": "a boolean", "list": "a list", "dict": "an object"}[type(value).__name__]
        return f"has to be a number, not {kind}"
    return _finite(float(value))


def _number_in_text(text: str) -> float | str:
    if not _NUMBER.fullmatch(text):
        return f"has to be a number, not the text '{text[:_LONGEST_SHOWN]}'"
    return _finite(float(text))


def _finite(number: float) -> float | str:
    return number if math.isfinite(number) else "has to be a finite number"


def _unprocessable(problems: Sequence[tuple[str, str]]) -> Refusal:
    shown = [f"{place} {what}" for place, what in problems[:_MAX_PROBLEMS]]
    more = "; and more" if len(problems) > _MAX_PROBLEMS else ""
    return Refusal(422, "invalid_inputs", "; ".join(shown) + more + ".", param=problems[0][0])
