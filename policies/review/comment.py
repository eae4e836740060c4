"""The one comment that a pull request gets, in GitHub's Markdown."""

from __future__ import annotations

from policies.review import figures
from policies.review.comment_folds import cases_fold, prompts_fold, remarks_fold, stacks_fold, time_fold
from policies.review.comment_tables import measured_section, stacks_section
from policies.review.escape import code
from policies.review.fit import Part, Section, assemble
from policies.review.markdown import finding_text, gate_line
from policies.review.subjects import measured, places, reasons, stopping
from policies.review.summary import render_summary
from policies.review.words import SYMBOLS, TITLES, next_steps, sentence, short_commit
from policies.verdict import Verdict

__all__ = ["MARKER", "render_comment", "render_summary"]

MARKER = "<!-- gatehouse:verdict -->"


def render_comment(verdict: Verdict, *, limit: int = 60_000) -> str:
    """The comment, never longer than `limit` characters.

    The verdict comes first, then a row for each model, prompt and stack, then what stops the change and what to do
    next. The rest is folded. Text from the verdict can neither format, link, mention nor hide anything. What is cut
    is said.

    Raises ValueError when `limit` has no room for the verdict itself: below some 1,000 characters.
    """
    stacks = places(verdict)
    sections = (
        measured_section(measured(verdict)),
        stacks_section(stacks),
        _stops(verdict),
        _next(verdict),
        cases_fold(verdict.evaluations),
        prompts_fold(verdict.evaluations),
        stacks_fold(stacks),
        remarks_fold(verdict),
        time_fold(verdict),
    )
    return assemble(_head(verdict), [section for section in sections if section.parts], limit)


def _head(verdict: Verdict) -> str:
    line = f"**{SYMBOLS[verdict.outcome]} {TITLES[verdict.outcome]}: {sentence(verdict)}**"
    head = code(short_commit(verdict.head), 24)
    if verdict.base:
        files = figures.plural(len(verdict.changed_files), "file")
        facts = f"{head} against {code(short_commit(verdict.base), 24)}, {files}"
    else:
        facts = f"{head}, the whole tree"
    return f"{MARKER}\n{line}\n{facts}, {figures.seconds(verdict.seconds)}"


def _stops(verdict: Verdict) -> Section:
    lines = tuple(
        line
        for gate in stopping(verdict)
        for line in (gate_line(gate), *(f"  - {finding_text(finding, gate.subject)}" for finding in reasons(gate)))
    )
    return Section("what stops it", (Part("", lines, "lines"),) if lines else (), share=20_000)


def _next(verdict: Verdict) -> Section:
    steps = (f"{step.text} `{step.command}`" if step.command else step.text for step in next_steps(verdict))
    return Section("what to do next", (Part("", (f"**Next:** {' '.join(steps)}",), "steps"),))
