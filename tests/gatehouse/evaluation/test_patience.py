"""When a server is given up."""

from __future__ import annotations

import pytest

from gatehouse.evaluation.patience import Patience, is_fatal, is_worth_another_try, pause_seconds


def test_silence_from_the_start_is_the_end_after_twelve_seconds() -> None:
    patience = Patience(started=100.0)
    assert not patience.is_over(111.9)
    assert patience.is_over(112.0)


def test_every_answer_starts_the_wait_anew() -> None:
    patience = Patience(started=100.0)
    patience.answered(110.0)
    assert not patience.is_over(121.9)
    assert patience.is_over(122.0)


def test_where_nobody_listens_the_third_refusal_is_enough() -> None:
    patience = Patience(started=100.0)
    for _ in range(3):
        patience.troubled("no connection", refused=True)
    assert not patience.is_over(101.0)
    assert patience.is_over(102.0)
    assert patience.trouble == "no connection"


def test_a_server_that_restarts_gets_twelve_seconds_however_slow_it_may_be() -> None:
    patience = Patience(started=100.0, silence_seconds=60.0)
    patience.answered(101.0)
    for _ in range(9):
        patience.troubled("no connection", refused=True)
    assert not patience.is_over(112.9)
    assert patience.is_over(113.0)


def test_too_many_requests_is_a_sign_of_life_but_not_for_ever() -> None:
    patience = Patience(started=100.0)
    patience.troubled("HTTP 429", limited=True)
    assert not patience.is_over(189.0)
    assert patience.is_over(190.0)
    patience.answered(150.0)
    assert patience.is_over(162.0)


@pytest.mark.parametrize("status", [301, 401, 403, 404])
def test_some_statuses_end_everything_with_a_remedy(status: int) -> None:
    assert is_fatal(status)
    assert not is_worth_another_try(status)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
def test_some_statuses_are_worth_another_try(status: int) -> None:
    assert is_worth_another_try(status)
    assert is_fatal(status) is None


@pytest.mark.parametrize("status", [400, 413, 422])
def test_the_others_refuse_one_case(status: int) -> None:
    assert is_fatal(status) is None
    assert not is_worth_another_try(status)


def test_pauses_double_and_heed_what_the_server_asks() -> None:
    assert [pause_seconds(n, None, 1.0) for n in range(4)] == [0.25, 0.5, 1.0, 2.0]
    assert pause_seconds(0, None, 0.0) == 0.125
    assert pause_seconds(99, None, 1.0) == 8.0
    assert pause_seconds(0, "3", 1.0) == 3.0
    assert pause_seconds(0, "999999", 1.0) == 30.0
    for odd in ("-5", "nan", "Wed, 21 Oct 2015 07:28:00 GMT", "²"):
        assert pause_seconds(0, odd, 1.0) == 0.25
