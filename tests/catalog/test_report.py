from __future__ import annotations

import pytest

from catalog.report import MAX_PROBLEMS, Mark, Report, nearest, shown


@pytest.mark.parametrize(
    ("given", "near"),
    [("ownr", "owner"), ("OWNER", "owner"), ("prise", "price"), ("zzz", None), ("", None), ("x" * 100_000, None)],
)
def test_the_nearest_word_is_found_if_one_is_near(given: str, near: str | None) -> None:
    assert nearest(given, ("owner", "price")) == near


@pytest.mark.parametrize(
    ("value", "quoted"),
    [("plain", "plain"), ("a\nb\x1b[31m", "a�b�[31m"), ("x" * 100, "x" * 60 + "…"), (5, "5"), (["a"], "['a']")],
)
def test_a_quoted_value_is_one_short_line(value: object, quoted: str) -> None:
    assert shown(value) == quoted


def test_the_same_problem_is_kept_once_and_a_file_cannot_fill_the_memory() -> None:
    report = Report("a.yaml")
    for line in [1, 1, *range(MAX_PROBLEMS * 2)]:
        report.add(Mark(line, 1), "wrong")
    assert len(report.problems) == MAX_PROBLEMS
    assert len(set(report.problems)) == MAX_PROBLEMS


def test_a_problem_without_a_place_names_the_file() -> None:
    report = Report("a.yaml")
    assert not report
    report.add(None, "It is missing.", allowed=("b.yaml",), given="b.yml", fix="Rename it.")
    assert report
    assert str(report.problems[0]) == "a.yaml: It is missing. Did you mean 'b.yaml'? Allowed: b.yaml. Rename it."
