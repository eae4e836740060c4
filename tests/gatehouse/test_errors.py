"""An error says what is wrong, and then what to do."""

from __future__ import annotations

from gatehouse.errors import UsageError


def test_the_remedy_stands_on_a_line_of_its_own() -> None:
    assert str(UsageError("This is wrong.", "Do that.")) == "This is wrong.\nDo that."


def test_without_a_remedy_there_is_no_empty_line() -> None:
    assert str(UsageError("This is wrong.")) == "This is wrong."
