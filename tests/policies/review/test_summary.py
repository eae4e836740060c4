from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from policies.review.summary import render_summary
from policies.verdict import Verdict
from tests.kit.arbitrary import arbitrary
from tests.kit.verdicts import a_block, a_pass, an_invalid


def test_a_pass_is_a_few_aligned_lines_and_the_next_step() -> None:
    assert render_summary(a_pass()).splitlines() == [
        "PASS: all 5 gates agree. (38.4 s)",
        "",
        "  prompt ticket-routing  pass  57.5 % -> 80.7 %  +23.1 points (+16.9 to +29.4), p < 0.001",
        "  stack local            pass  1 update, 2 same  9.10 / 14.40 / 22.75 USD a month",
        "",
        "Next: Merge, then put it live: gatehouse up local",
    ]


def test_a_mistake_is_told_with_its_file_and_line() -> None:
    summary = render_summary(an_invalid())
    assert "prompts/ticket-routing/rollout.yaml:2: Unknown field 'lvie'. Allowed: live, shares." in summary


def test_colour_is_only_on_the_word_and_only_when_asked() -> None:
    assert "\x1b" not in render_summary(a_block())
    assert render_summary(a_block(), colour=True).startswith("\x1b[1;31mBLOCKED\x1b[0m: 2 of 5 gates say no.")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(arbitrary(Verdict, 5))
def test_no_verdict_can_send_a_terminal_anything_but_text(verdict: Verdict) -> None:
    summary = render_summary(verdict)
    assert all(letter == "\n" or letter.isprintable() or letter.isspace() or ord(letter) > 0x9F for letter in summary)
    assert "\x1b" not in summary
    assert "\r" not in summary
    assert len(summary.splitlines()) < 60
