from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from policies.review.comment import MARKER, render_comment
from policies.verdict import Finding, Gate, Outcome, Severity, Verdict
from tests.kit.arbitrary import HOSTILE, arbitrary
from tests.kit.evaluations import REPOSITORY
from tests.kit.github import seen
from tests.kit.verdicts import KINDS, a_gate, a_large_verdict, a_pass, a_verdict
from tests.policies.review.write_goldens import GOLDENS, golden_comment

_WHATEVER = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_comment_is_as_its_golden(kind: str) -> None:
    golden = Path(GOLDENS / f"{kind}.md").read_text(encoding="utf-8")
    assert golden_comment(kind) == golden, "run `make goldens` and look at the difference"
    assert len(golden.splitlines()) < 60


@pytest.mark.parametrize("kind", KINDS)
def test_github_shows_a_comment_without_a_stray_tag_link_or_mention(kind: str) -> None:
    page = seen(render_comment(KINDS[kind]()))
    assert page.problems == []
    assert page.comments == [" gatehouse:verdict "]


@_WHATEVER
@given(arbitrary(Verdict))
def test_nothing_in_a_verdict_becomes_a_tag_a_link_or_a_mention(verdict: Verdict) -> None:
    comment = render_comment(verdict)
    page = seen(comment)
    assert page.problems == []
    assert page.comments == [" gatehouse:verdict "]
    assert all(len(set(rows)) == 1 for rows in page.tables)
    assert len(comment) <= 60_000


@_WHATEVER
@given(arbitrary(Verdict, 5))
def test_a_comment_is_never_too_long_and_never_cut_inside_something(verdict: Verdict) -> None:
    comment = render_comment(verdict, limit=3_000)
    page = seen(comment)
    assert len(comment) <= 3_000
    assert page.problems == []
    assert comment.startswith(MARKER)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_still_there_to_read(text: str) -> None:
    gate = a_gate(Gate.files, REPOSITORY, Outcome.blocked, text, Finding(severity=Severity.block, message=text))
    page = seen(render_comment(a_verdict(gate)))
    assert page.problems == []
    wanted = [word for word in text.split() if word.isascii() and word.isalnum()]
    assert all(word in page.text for word in wanted)


def test_a_large_verdict_is_cut_and_says_so() -> None:
    comment = render_comment(a_large_verdict(8_000))
    assert len(comment) <= 60_000
    assert "more cases: see report.html" in comment
    assert seen(comment).problems == []


def test_a_section_without_room_is_named() -> None:
    comment = render_comment(a_pass(), limit=1_500)
    assert len(comment) <= 1_500
    assert "Left out for length:" in comment
    assert "rendered prompts" in comment.splitlines()[-1]


def test_a_limit_without_room_for_the_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match="needs at least"):
        render_comment(a_pass(), limit=100)


def test_a_change_of_nothing_that_is_deployed_passes_in_words() -> None:
    comment = render_comment(a_verdict())
    assert "**\u2705 PASS: nothing that is deployed was touched.**" in comment
