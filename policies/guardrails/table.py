"""Renders the reference page of the rules from the rules themselves."""

from __future__ import annotations

from policies.guardrails.rule import Rule
from policies.guardrails.rules import RULES

_OPENING = """\
<!-- Generated: change the rule, then run `python -m policies.guardrails.table`. -->
# Rules

Each rule is a sentence that is true when it is kept. The policy gate of a pull request asks them of the preview, and
the policy pack asks the same functions inside the engine, so that `pulumi up` by hand is held to them too. `block`
stops the change; `warn` is shown. A value that only the update produces is never taken for good or bad: the gate says
that it cannot know, and the pack decides when the value is there.

| Rule | Breach | Why |
|---|---|---|
"""


def render_rules_markdown() -> str:
    """The whole of docs/reference/rules.md: one table, then a section a rule."""
    rows = "\n".join(f"| [`{rule.id}`](#{rule.id}) | {rule.severity} | {rule.why} |" for rule in RULES)
    return f"{_OPENING}{rows}\n\n{_sections()}"


def _sections() -> str:
    return "\n".join(_section(rule) for rule in RULES)


def _section(rule: Rule) -> str:
    looks_at = ", ".join(f"`{token}`" for token in rule.on)
    sentence = (rule.check.__doc__ or "").strip()
    return (
        f"## {rule.id}\n\n{sentence}\n\n"
        f"- **Breach:** {rule.severity}\n- **Why:** {rule.why}\n- **To mend it:** {rule.fix}\n"
        f"- **Looks at:** {looks_at}\n- **Read more:** <{rule.reference}>\n"
    )


if __name__ == "__main__":
    from pathlib import Path

    page = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render_rules_markdown(), encoding="utf-8")
