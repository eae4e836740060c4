from __future__ import annotations

from hypothesis import given

from policies.review.prompt_diff import Piece, Row, line_diff, side_by_side
from policies.verdict import RenderedCase
from tests.kit.arbitrary import arbitrary


def a_rendered(base: str | None, head: str) -> RenderedCase:
    return RenderedCase(case="c", description="d", base=base, head=head, base_tokens=1, head_tokens=2)


def test_a_line_diff_shows_the_change_and_two_lines_around() -> None:
    base = "\n".join("abcdefgh")
    assert line_diff(a_rendered(base, base.replace("e", "E"))) == (" c", " d", "-e", "+E", " f", " g")


def test_a_jump_is_marked() -> None:
    base = "\n".join("abcdefghijkl")
    assert " \u22ef" in line_diff(a_rendered(base, base.replace("a", "A").replace("l", "L")))


def test_a_new_prompt_is_all_additions_and_an_equal_one_none() -> None:
    assert line_diff(a_rendered(None, "a\nb")) == ("+a", "+b")
    assert line_diff(a_rendered("a", "a")) == ()


def test_a_long_diff_is_cut_and_says_by_how_much() -> None:
    lines = line_diff(a_rendered(None, "x\n" * 100), most_lines=10)
    assert lines[-1] == " \u22ef 91 more lines"
    assert len(lines) == 11


def test_only_the_words_that_differ_are_marked() -> None:
    (row,) = side_by_side(a_rendered("Sort the ticket.", "Sort each ticket."))
    assert row.base == (Piece("Sort ", "same"), Piece("the", "removed"), Piece(" ticket.", "same"))
    assert row.head == (Piece("Sort ", "same"), Piece("each", "added"), Piece(" ticket.", "same"))


def test_lines_with_little_in_common_differ_as_a_whole() -> None:
    (row,) = side_by_side(a_rendered("alpha beta gamma", "one two three four"))
    assert row == Row((Piece("alpha beta gamma", "removed"),), (Piece("one two three four", "added"),))


def test_a_line_that_one_side_lacks_has_no_counterpart() -> None:
    rows = side_by_side(a_rendered("a\nc", "a\nb\nc"))
    assert [(row.base is None, row.changed) for row in rows] == [(False, False), (True, True), (False, False)]


@given(arbitrary(RenderedCase))
def test_both_sides_can_be_read_back_from_the_rows(case: RenderedCase) -> None:
    rows = side_by_side(case)
    head = ["".join(piece.text for piece in row.head) for row in rows if row.head is not None]
    same = [row for row in rows if not row.changed]
    assert all("\n" not in line for line in head)
    assert all(piece.change == "same" for row in same for piece in row.head or ())
    assert len(head) == min(len(case.head.replace("\r\n", "\n").replace("\r", "\n")[:20_000].split("\n")), 400)
