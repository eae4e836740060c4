"""A pattern that would not end is stopped."""

from __future__ import annotations

from contextlib import suppress

import pytest

from policies.evals.allowance import Allowance, TimeSpentError
from policies.evals.patterns import found, search


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a|aa)+$", "a" * 60 + "!"),
        ("(\\w+\\s?)*$", "word " * 2_000 + "!"),
        ("(x+x+)+y", "x" * 20_000),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 500),
    ],
)
def test_a_catastrophic_pattern_is_stopped_and_says_so(pattern: str, text: str) -> None:
    allowance = Allowance(step_seconds=0.1)
    with pytest.raises(TimeSpentError, match="stopped"):
        found(pattern, text, allowance)
    assert allowance.seconds_left > 10


def test_the_textbook_pattern_ends_at_once_or_is_stopped() -> None:
    allowance = Allowance()
    with suppress(TimeSpentError):
        assert not found("(a+)+$", "a" * 50_000 + "!", allowance)
    assert allowance.seconds_left > 10


def test_a_pattern_is_searched_not_matched_whole() -> None:
    assert search("b.l", "the bill", 1.0)
    assert not search("^b.l", "the bill", 1.0)
