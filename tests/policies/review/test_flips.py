from __future__ import annotations

from policies.review.flips import Fate, of_fate, pairs, selection
from tests.kit.evaluations import an_evaluation

EVALUATION = an_evaluation(both=50, broken=3, fixed=20, neither=10)


def test_what_broke_comes_first_and_what_still_passes_last() -> None:
    found = pairs(EVALUATION)
    assert [pair.fate for pair in found] == (
        [Fate.broken] * 3 + [Fate.fixed] * 20 + [Fate.failing] * 10 + [Fate.passing] * 50
    )
    assert all(pair.base is not None and pair.base.case == pair.head.case for pair in found)


def test_a_case_that_base_does_not_know_is_new() -> None:
    assert EVALUATION.base is not None
    base = EVALUATION.base.model_copy(update={"cases": EVALUATION.base.cases[1:]})
    found = pairs(EVALUATION.model_copy(update={"base": base}))
    assert [pair.head.case for pair in of_fate(found, Fate.new_failing, Fate.new_passing)] == [
        EVALUATION.head.cases[0].case
    ]


def test_without_a_base_everything_is_new_and_failures_come_first() -> None:
    found = pairs(EVALUATION.model_copy(update={"base": None}))
    assert [pair.fate for pair in found] == [Fate.new_failing] * 13 + [Fate.new_passing] * 70


def test_a_selection_leaves_room_for_each_fate() -> None:
    found = pairs(an_evaluation(both=100, broken=100, fixed=100, neither=100))
    shown = selection(found, 40)
    assert [len(of_fate(shown, fate)) for fate in Fate] == [22, 10, 0, 5, 3, 0]
    assert selection(found, 400) == found
    only = of_fate(found, Fate.fixed)
    assert selection(only, 40) == only[:40]
