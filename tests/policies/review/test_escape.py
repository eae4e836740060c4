from __future__ import annotations

import pytest
from hypothesis import given

from policies.review.escape import code, fence, html_code, lines_of, one_line, prose, visible
from tests.kit.arbitrary import texts
from tests.kit.github import seen


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1 of 3 cases", "1 of 3 cases"),
        ("p < 0.05 & more", "p &lt; 0.05 &amp; more"),
        ("snake_case _emphasis_", "snake_case \\_emphasis\\_"),
        ("@octocat", "@&#8203;octocat"),
        ("see #12", "see #&#8203;12"),
        ("a|b", "a&#124;b"),
        ("https://x.example", "https:&#8203;//x.example"),
        ("www.x.example", "www&#8203;.x.example"),
        ("GH-12", "GH-&#8203;12"),
        ("1. first", "1&#8203;. first"),
        ("1.5 points", "1.5 points"),
        ("- item", "-&#8203; item"),
        ("[a](b)", "\\[a\\](b)"),
        ("USD or $5", "USD or <span>$</span>5"),
        ("", "\u2013"),
    ],
)
def test_prose_escapes_only_what_could_act(text: str, written: str) -> None:
    assert prose(text) == written


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\u27e8U+202E\u27e9b"),
        ("a\x1b[31m", "a\u27e8U+001B\u27e9[31m"),
        ("bill\u200bing", "bill\u27e8U+200B\u27e9ing"),
        ("a\u200db", "a\u27e8U+200D\u27e9b"),
        ("\U0001f469\u200d\U0001f52c", "\U0001f469\u200d\U0001f52c"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 3),
    ],
)
def test_hidden_letters_become_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_line_ends_with_an_ellipsis() -> None:
    assert one_line("word " * 50, 12) == "word word w\u2026"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("stacks/Pulumi.local.yaml:21", "`stacks/Pulumi.local.yaml:21`"),
        ("a`b", "<code>a&#96;b</code>"),
        ("a|b", "<code>a&#124;b</code>"),
        ("", "<code> </code>"),
    ],
)
def test_code_is_a_code_span_unless_its_text_could_end_it(text: str, written: str) -> None:
    assert code(text) == written


@given(texts)
def test_any_text_in_any_place_stays_text(text: str) -> None:
    table = f"| a | b |\n|:--|:--|\n| {prose(text)} | {code(text)} |"
    folded = f"<details><summary>{html_code(text)}</summary>\n\n{fence(lines_of(text))}\n</details>"
    page = seen(f"- {prose(text)}\n\n{table}\n\n{folded}\n\n{code(text)}: {prose(text)}")
    assert page.problems == []
    assert page.comments == []
    assert page.tables == [[2, 2]]


def test_a_fence_is_longer_than_any_in_its_text() -> None:
    assert fence(("````", "x"), "diff") == "`````diff\n````\nx\n`````"


def test_lines_keep_their_indentation_and_lose_their_length() -> None:
    assert lines_of("\tif x:\r\n" + "y" * 20, width=10) == ("    if x:", "yyyyyyyyy\u2026")
