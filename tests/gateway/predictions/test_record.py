"""One line of the log."""

from __future__ import annotations

from gateway.predictions.record import COLUMNS, Prediction, hash_of, new_id


def test_a_row_has_its_values_in_the_order_of_the_columns() -> None:
    row = Prediction(id="a", time=1.0, operation="chat", model="stub", latency_ms=2.5, outcome="ok").row()
    assert dict(zip(COLUMNS, row, strict=True))["latency_ms"] == 2.5
    assert row[:3] == ("a", 1.0, "chat")


def test_a_name_cannot_be_guessed_or_met_twice() -> None:
    names = {new_id() for _ in range(1_000)}
    assert len(names) == 1_000
    assert {len(name) for name in names} == {32}


def test_a_hash_is_that_of_the_bytes() -> None:
    assert hash_of(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
