from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from policies.review.report import render_report
from policies.verdict import Verdict
from tests.kit.arbitrary import HOSTILE
from tests.kit.browser import a_browser
from tests.kit.evaluations import an_evaluation
from tests.kit.verdicts import KINDS, a_block, a_gate, a_pass, a_verdict

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


def _open(browser: Browser, verdict: Verdict, folder: Path, **options: object) -> tuple[Page, list[str]]:
    file = folder / "report.html"
    file.write_text(render_report(verdict), encoding="utf-8")
    page = browser.new_context(**options).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(file.as_uri())
    return page, said


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_every_screen_without_an_error(
    browser: Browser, tmp_path: Path, kind: str, width: int, scheme: str
) -> None:
    page, said = _open(browser, KINDS[kind](), tmp_path, viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert said == []
    assert _overflow(page) == 0
    page.context.close()


def test_the_changed_cases_stand_first_and_filters_narrow_them(browser: Browser, tmp_path: Path) -> None:
    page, said = _open(browser, a_pass(), tmp_path)
    rows = page.locator("#cases-1 tbody tr:visible")
    assert rows.count() == 57
    page.get_by_role("button", name="broken").click()
    assert rows.count() == 4
    page.get_by_role("button", name="all 212").click()
    page.get_by_label("Search").fill("vat number")
    assert 0 < rows.count() < 30
    assert page.locator(".filters output").inner_text() == f"{rows.count()} of 212 shown"
    page.get_by_label("Search").fill("")
    page.get_by_role("combobox", name="Slice").select_option("account")
    assert rows.count() == 70
    assert said == []


def test_of_something_new_what_fails_stands_first(browser: Browser, tmp_path: Path) -> None:
    whole = an_evaluation()
    rendered = tuple(case.model_copy(update={"base": None, "base_tokens": None}) for case in whole.rendered)
    new = whole.model_copy(update={"base": None, "comparison": None, "rendered": rendered})
    page, said = _open(browser, a_verdict(evaluations=(new,)), tmp_path)
    assert page.locator("#cases-1 tbody tr:visible").count() == 41
    assert page.locator(".diff").first.locator("th").all_inner_texts() == ["Head"]
    assert said == []


def test_a_heading_sorts_both_ways_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    page, _ = _open(browser, a_pass(), tmp_path)
    heading = page.get_by_role("button", name="Head took")
    took = "Array.from(document.querySelectorAll('#cases-1 tbody tr')).map(row => Number(row.cells[5].dataset.value))"
    heading.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(took) == sorted(page.evaluate(took))
    page.keyboard.press("Enter")
    assert page.evaluate(took) == sorted(page.evaluate(took), reverse=True)
    assert page.locator("th[aria-sort='descending']").count() == 1


def test_without_scripts_every_case_is_there_and_no_dead_filter(browser: Browser, tmp_path: Path) -> None:
    page, _ = _open(browser, a_block(), tmp_path, java_script_enabled=False)
    assert page.locator("#cases-1 tbody tr:visible").count() == 212
    assert page.locator(".filters:visible").count() == 0


@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_text_does_nothing_in_a_browser(browser: Browser, tmp_path: Path, width: int) -> None:
    page, said = _open(browser, _hostile(), tmp_path, viewport={"width": width, "height": 800})
    for button in page.locator(".filters button").all():
        button.click()
    assert said == []
    assert page.locator("img, iframe, form, h1:not(#verdict h1)").count() == 0
    assert page.evaluate("document.scripts.length") == 1
    assert _overflow(page) == 0


def _hostile() -> Verdict:
    evaluation = an_evaluation(both=0, broken=len(HOSTILE), fixed=1, neither=0)
    texts = [*HOSTILE, "x" * 2_000]
    cases = tuple(
        case.model_copy(update={"output": text, "description": text, "slice": text, "failed_assertions": (text,)})
        for case, text in zip(evaluation.head.cases, texts, strict=True)
    )
    sides = {"head": evaluation.head.model_copy(update={"cases": cases, "variant": "<b>v</b>" * 20})}
    gates = [a_gate(gate.gate, gate.subject, gate.outcome, text) for gate in a_block().gates for text in texts]
    return a_verdict(
        *gates, evaluations=(evaluation.model_copy(update=sides),), head=HOSTILE[1], changed_files=tuple(texts)
    )
