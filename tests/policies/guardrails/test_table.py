from __future__ import annotations

from pathlib import Path

from policies.guardrails.rules import RULES
from policies.guardrails.table import render_rules_markdown

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "rules.md"


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_rules_markdown(), "run `python -m policies.guardrails.table`"


def test_every_rule_has_its_row_and_its_section() -> None:
    page = render_rules_markdown()

    for rule in RULES:
        assert f"| [`{rule.id}`](#{rule.id}) | {rule.severity} |" in page
        assert f"## {rule.id}\n" in page
        assert rule.fix in page
