from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings

from policies.review.report import MOST_BYTES, render_report
from policies.verdict import Finding, Gate, Outcome, Severity, Verdict
from tests.kit.arbitrary import HOSTILE, arbitrary
from tests.kit.evaluations import REPOSITORY, an_evaluation
from tests.kit.html_page import Page
from tests.kit.verdicts import KINDS, a_block, a_gate, a_large_verdict, a_pass, a_verdict

_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u061c\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WHATEVER = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
_TAGS = {
    "html", "head", "meta", "title", "style", "body", "a", "nav", "div", "span", "main", "section", "p", "code", "h1",
    "h2", "h3", "dl", "dt", "dd", "article", "ul", "ol", "li", "b", "small", "table", "caption", "thead", "tbody",
    "tfoot", "tr", "th", "td", "details", "summary", "pre", "figure", "figcaption", "svg", "desc", "line", "text",
    "rect", "circle", "path", "polyline", "del", "ins", "button", "label", "select", "option", "input", "output",
    "footer", "script",
}  # fmt: skip


def _is_harmless(page: Page) -> None:
    assert page.tags <= _TAGS
    assert page.unbalanced == []
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in {"style", "src", "action"}]
    assert all((value or "").startswith("#") for name, value in page.attributes if name == "href")
    assert len(page.ids) == len(set(page.ids))
    assert page.source.count("<script") == 1
    assert not _HIDDEN.search(page.text)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_verdict_has_its_page(kind: str) -> None:
    verdict = KINDS[kind]()
    page = Page(render_report(verdict))
    _is_harmless(page)
    assert all(gate.headline in page.text for gate in verdict.gates)


@_WHATEVER
@given(arbitrary(Verdict))
def test_nothing_in_a_verdict_becomes_markup_of_the_page(verdict: Verdict) -> None:
    html = render_report(verdict)
    _is_harmless(Page(html))
    assert len(html.encode()) <= MOST_BYTES


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(text: str) -> None:
    gate = a_gate(Gate.files, REPOSITORY, Outcome.blocked, text, Finding(severity=Severity.block, message=text))
    page = Page(render_report(a_verdict(gate, head=text, changed_files=(text,))))
    _is_harmless(page)
    assert all(word in page.text for word in text.split() if word.isascii() and word.isprintable() and len(word) < 60)


def test_the_page_asks_nothing_of_a_network_and_runs_only_its_own_script() -> None:
    html = render_report(a_pass())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    for kind in ("script", "style"):
        inside = re.search(f"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        assert inside is not None
        assert f"{kind}-src 'sha256-{b64encode(sha256(inside[1].encode()).digest()).decode()}'" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "http://" not in html
    assert "https://" not in html


def test_twenty_thousand_cases_stay_below_five_megabytes_and_the_changed_ones_come_first() -> None:
    html = render_report(a_large_verdict())
    assert len(html.encode()) <= MOST_BYTES
    assert "18,000 more cases are in verdict.json" in html
    assert html.count('<tr data-fate="broken"') == 1_125
    assert html.count('<tr data-fate="fixed"') == 500


def test_answers_as_long_as_they_may_be_still_fit() -> None:
    evaluation = an_evaluation(both=0, broken=900, fixed=0, neither=0)
    cases = tuple(case.model_copy(update={"output": '"' * 2_000}) for case in evaluation.head.cases)
    head = evaluation.head.model_copy(update={"cases": cases})
    html = render_report(a_block(evaluation.model_copy(update={"head": head})))
    assert len(html.encode()) <= MOST_BYTES
    _is_harmless(Page(html))


def test_every_plot_says_in_words_what_it_draws() -> None:
    html = render_report(a_pass())
    assert html.count("<svg") == html.count("<title id=") == html.count("<desc id=") == 7
    assert "base: half within 36" in html
    assert "v1 (base)" in html


def test_words_that_differ_are_marked_on_their_side() -> None:
    html = render_report(a_pass())
    assert "<del>the</del>" in html
    assert "<ins>each support</ins>" in html


def test_a_budget_that_is_passed_is_drawn() -> None:
    assert "budget 40.00" in render_report(a_block())
