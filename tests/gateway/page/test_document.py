"""The page in a real browser: it shows what is served, runs prompts, and no text of a model becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.page.document import content_security_policy, page
from tests.kit.browser import a_browser
from tests.kit.gateway import RunningGateway, gateway, gateway_config, prompt_config, write_config
from tests.kit.mannered_model import ManneredModel

HOSTILE = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'
TEXT = f"""---
model: stub
description: '{HOSTILE}'
input:
  schema:
    ticket: string, the text of the ticket
    queue?(enum, where it came from): [mail, phone]
    urgent?: boolean
    tries?: integer
---
{HOSTILE} {{{{ticket}}}} {{{{queue}}}}
"""


def test_the_page_is_one_document_that_names_no_other() -> None:
    text = page().decode()
    assert "/*style*/" not in text
    assert "/*script*/" not in text
    assert not re.search(r"(src|href)=.?(https?:)?//", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


def test_the_policy_allows_its_own_script_only() -> None:
    policy = content_security_policy()
    assert policy.startswith("default-src 'none'; connect-src 'self'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as one:
        yield one


@pytest.fixture(scope="module")
def here(stub: ManneredModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder = tmp_path_factory.mktemp("page")
    prompts = {"routing": prompt_config({"v1": 0.75, "v2": 0.25}, "v1", {"v1": TEXT, "v2": TEXT + "Two."})}
    with gateway(write_config(folder / "gateway.json", gateway_config(folder, stub.url, prompts=prompts))) as one:
        for number in range(12):
            answer = one.ask("/v1/prompts/routing", {"inputs": {"ticket": "x"}, "user": f"user-{number}"}).json()
            one.ask(f"/v1/predictions/{answer['prediction_id']}/feedback", {"score": 1 if number % 3 else -1})
        yield one


@pytest.fixture
def opened(browser: Browser, here: RunningGateway) -> Iterator[tuple[Page, list[str]]]:
    said: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(here.url)
    tab.wait_for_selector("section.prompt")
    yield tab, said
    assert said == []
    assert tab.evaluate("window.hurt") is None
    context.close()


Opened = tuple[Page, list[str]]


@pytest.mark.browser
def test_what_is_served_is_shown(opened: Opened) -> None:
    tab, _ = opened
    rows = tab.locator("section.prompt tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("v1live")
    expect(rows.nth(0)).to_contain_text("75 %")
    expect(tab.locator("section.prompt figure svg")).to_have_count(6)
    expect(tab.locator("#overview")).to_contain_text("12")
    expect(tab.locator("#models tbody tr")).to_have_count(2)


@pytest.mark.browser
def test_a_prompt_is_tried_and_rated(opened: Opened, stub: ManneredModel) -> None:
    tab, _ = opened
    tab.get_by_label("ticket").fill("I was charged twice")
    tab.get_by_label("queue").select_option("phone")
    tab.get_by_label("urgent").check()
    tab.get_by_label("tries").fill("3")
    tab.get_by_label("Variant").select_option("v2")
    tab.get_by_role("button", name="Run").click()
    expect(tab.locator(".output")).to_have_text("billing")
    expect(tab.locator(".facts")).to_contain_text("v2")
    expect(tab.locator(".facts")).to_contain_text("42 in, 2 out")
    assert "I was charged twice phone" in stub.asked[-1]["prompt"]
    tab.get_by_role("button", name="Good").click()
    expect(tab.get_by_role("button", name="Good")).to_have_attribute("aria-pressed", "true")
    expect(tab.locator(".thumbs")).to_contain_text("it is kept")


@pytest.mark.browser
def test_a_failure_is_told_in_words(opened: Opened) -> None:
    tab, said = opened
    tab.get_by_label("ticket").fill("do:fail")
    tab.get_by_role("button", name="Run").click()
    expect(tab.locator(".result .problem")).to_have_text("The model 'stub' failed with status 500.")
    assert [line for line in said if "502" not in line] == []
    said.clear()


@pytest.mark.browser
def test_the_text_of_a_model_stays_text(opened: Opened, stub: ManneredModel) -> None:
    tab, _ = opened
    tab.get_by_label("ticket").fill("do:hostile")
    tab.get_by_role("button", name="Run").click()
    expect(tab.locator(".output")).to_have_text(stub.hostile)
    expect(tab.locator("section.prompt header p")).to_have_text(HOSTILE)
    assert tab.locator("main img").count() == 0


@pytest.mark.browser
def test_a_chart_is_read_with_the_keyboard(opened: Opened) -> None:
    tab, _ = opened
    chart = tab.locator("section.prompt figure").first
    chart.locator("svg").focus()
    tab.keyboard.press("ArrowLeft")
    expect(chart.locator("[aria-live]")).to_contain_text("v1")
    assert "Left and right arrows" in (chart.locator("svg").get_attribute("aria-label") or "")


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_out_of_the_window(browser: Browser, here: RunningGateway, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
    tab = context.new_page()
    tab.goto(here.url)
    tab.wait_for_selector("section.prompt figure polyline, section.prompt figure rect, section.prompt figure circle")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate(LOWEST_CONTRAST) >= 4.5
    context.close()


# The lowest contrast of any visible text with what lies behind it, as WCAG 2.2 computes it.
LOWEST_CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!colour.endsWith(", 0)") && colour !== "transparent") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = [...document.querySelectorAll("body *")].filter((one) =>
    one.checkVisibility() && !one.closest("script, style, noscript")
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return Math.min(...texts.map((one) => {
    const style = getComputedStyle(one);
    const ink = one instanceof SVGElement ? style.fill : style.color;
    const [high, low] = [light(ink), light(behind(one))].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  }));
}"""
