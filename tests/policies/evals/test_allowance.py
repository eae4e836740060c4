"""Hostile patterns get a little time each, and a bit more all together."""

from __future__ import annotations

import pytest

from policies.evals.allowance import Allowance, TimeSpentError


def test_what_was_stopped_once_is_not_tried_again() -> None:
    allowance = Allowance()
    with pytest.raises(TimeSpentError), allowance.step("slow"):
        raise TimeSpentError("took longer")
    with pytest.raises(TimeSpentError, match="stopped before"), allowance.step("slow"):
        pytest.fail("it was tried again")
    with allowance.step("other") as seconds:
        assert seconds == allowance.step_seconds


def test_all_steps_together_have_an_end() -> None:
    times = iter([0.0, 14.9, 14.9, 15.5])
    allowance = Allowance(clock=lambda: next(times))
    with allowance.step("first"):
        pass
    with allowance.step("second") as seconds:
        assert seconds == pytest.approx(0.1)
    with pytest.raises(TimeSpentError, match="not tried"), allowance.step("third"):
        pytest.fail("it was tried")
