from __future__ import annotations

import pytest

from policies.review.fit import Part, Section, assemble

ROWS = tuple(f"| row {number} |" for number in range(100))


def test_what_fits_stands_whole() -> None:
    part = Part("| head |\n|:--|", ROWS[:2], "rows")
    assert part.fit(200) == "| head |\n|:--|\n| row 0 |\n| row 1 |"


def test_rows_are_left_out_whole_and_counted() -> None:
    text = Part("| head |\n|:--|", ROWS, "rows").fit(150)
    assert text is not None
    assert len(text) <= 150
    assert text.endswith("| row 8 |\n\n<sub>91 more rows: see report.html.</sub>")


def test_rows_that_the_caller_left_out_count_as_well() -> None:
    text = Part("", ROWS[:1], "rows", total=40).fit(200)
    assert text == "| row 0 |\n\n<sub>39 more rows: see report.html.</sub>"


def test_without_room_for_one_row_only_their_number_is_said() -> None:
    assert Part("| head |\n|:--|", ("x" * 500,), "rows").fit(100) == "<sub>1 more rows: see report.html.</sub>"
    assert Part("| head |\n|:--|", ROWS, "rows").fit(20) is None


def test_a_fold_is_always_closed() -> None:
    text = Section("cases", (Part("", ROWS, "rows"),), "Cases").fit(200)
    assert text is not None
    assert len(text) <= 200
    assert text.startswith("<details><summary>Cases</summary>\n\n| row 0 |")
    assert text.endswith("</sub>\n</details>")


def test_a_long_part_leaves_room_for_those_behind_it() -> None:
    parts = (Part("", ROWS * 20, "rows"), Part("", ("| last |",), "rows"))
    text = Section("cases", parts, share=9_000).fit(9_000)
    assert text is not None
    assert text.endswith("| last |")


def test_sections_without_room_are_named_at_the_end() -> None:
    sections = [Section("tables", (Part("", ROWS[:3], "rows"),)), Section("prompts", (Part("", ("y" * 900,), "rows"),))]
    text = assemble("head", sections, 200)
    assert len(text) <= 200
    assert text.startswith("head\n\n| row 0 |")
    assert "1 more rows" in text or "Left out for length: prompts." in text


def test_a_limit_below_the_head_is_refused() -> None:
    with pytest.raises(ValueError, match="a comment needs at least"):
        assemble("head" * 100, [], 300)
