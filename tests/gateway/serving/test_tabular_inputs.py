"""What callers of a tabular model may send, and how the rest is refused."""

from __future__ import annotations

import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.refusal import Refusal
from gateway.serving.tabular_inputs import MAX_ROWS, read_rows

FEATURES = ("mean_radius", "mean_area")


def refused(body: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_rows(body, FEATURES)
    return caught.value


def rows(*inputs: Any) -> bytes:
    return orjson.dumps({"inputs": list(inputs)})


def test_numbers_come_in_the_models_order_and_may_be_text() -> None:
    body = rows({"mean_area": 500, "mean_radius": 14.5}, {"mean_radius": "-1.5e1", "mean_area": "07"})

    assert read_rows(body, FEATURES) == [[14.5, 500.0], [-15.0, 7.0]]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"mean_radius": 1}, "inputs[0].mean_area is missing."),
        ({"mean_radius": None, "mean_area": 1}, "inputs[0].mean_radius has to be a number, not null."),
        ({"mean_radius": True, "mean_area": 1}, "inputs[0].mean_radius has to be a number, not a boolean."),
        ({"mean_radius": [1], "mean_area": 1}, "inputs[0].mean_radius has to be a number, not a list."),
        ({"mean_radius": "nan", "mean_area": 1}, "inputs[0].mean_radius has to be a number, not the text 'nan'."),
        ({"mean_radius": "1_0", "mean_area": 1}, "inputs[0].mean_radius has to be a number, not the text '1_0'."),
        ({"mean_radius": "", "mean_area": 1}, "inputs[0].mean_radius has to be a number, not the text ''."),
        ({"mean_radius": "1e999", "mean_area": 1}, "inputs[0].mean_radius has to be a finite number."),
        (
            {"mean_radius": 1, "mean_area": 1, "mean_aera": 1},
            "inputs[0].mean_aera is no feature of this model; did you mean 'mean_area'?.",
        ),
        ([1, 2], "inputs[0] is not an object with the features as keys."),
    ],
)
def test_a_row_that_the_model_cannot_take_is_refused_with_its_place(row: Any, message: str) -> None:
    refusal = refused(rows(row))

    assert (refusal.status, refusal.message) == (422, message)
    assert str(refusal.param).startswith("inputs[0]")


def test_every_mistake_is_told_at_once_up_to_ten() -> None:
    few = refused(rows({"mean_radius": 1}, {"mean_radius": "x", "mean_area": 2}))
    many = refused(rows(*[{}] * 50))

    assert few.message == "inputs[0].mean_area is missing; inputs[1].mean_radius has to be a number, not the text 'x'."
    assert many.message.count("is missing") == 10
    assert many.message.endswith("; and more.")


def test_a_row_of_countless_unknown_features_is_refused_after_a_few() -> None:
    refusal = refused(rows({"mean_radius": 1, "mean_area": 1} | {f"mean_{number}": 1 for number in range(100_000)}))

    assert refusal.message.count("is no feature of this model") == 10


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b"", 400, "The body is not JSON"),
        (b'{"inputs": [{"mean_radius": NaN}]}', 400, "NaN and Infinity are no numbers in JSON."),
        (b"[]", 400, 'The body has to be {"inputs"'),
        (b'{"inputs": {}}', 400, 'The body has to be {"inputs"'),
        (rows(), 422, "send at least one"),
        (rows(*[{}] * (MAX_ROWS + 1)), 413, f"send at most {MAX_ROWS} at once"),
    ],
)
def test_what_is_no_such_request_is_refused(body: bytes, status: int, message: str) -> None:
    refusal = refused(body)

    assert refusal.status == status
    assert message in refusal.message


def read_or_status(body: bytes) -> list[list[float]] | int:
    try:
        return read_rows(body, FEATURES)
    except Refusal as refusal:
        return refusal.status


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from((*FEATURES, "inputs", "x")), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(JSON.map(lambda value: {"inputs": value}) | JSON)
def test_whatever_is_sent_gives_finite_rows_or_a_refusal(value: Any) -> None:
    outcome = read_or_status(orjson.dumps(value))
    if isinstance(outcome, int):
        assert outcome in {400, 413, 422}
    else:
        assert all(len(row) == 2 and all(map(math.isfinite, row)) for row in outcome)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    assert refused(body).status in {400, 422}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_text_is_that_number(number: float) -> None:
    assert read_rows(rows({"mean_radius": repr(number), "mean_area": number}), FEATURES) == [[number, number]]
