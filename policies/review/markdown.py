"""Small pieces of the comment: a row, a subject, a finding."""

from __future__ import annotations

from collections.abc import Iterable

from policies.review.escape import code, prose
from policies.verdict import Finding, GateVerdict, Subject, SubjectKind


def row(cells: Iterable[str]) -> str:
    """One row of a table; the cells are Markdown without a bare pipe."""
    return f"| {' | '.join(cells)} |"


def table(columns: str) -> str:
    """The head of a table from its columns; a column whose name starts with `>` holds numbers."""
    names = [name.strip() for name in columns.split("|")]
    rule = row("--:" if name.startswith(">") else ":--" for name in names)
    return f"{row(name.lstrip('>') for name in names)}\n{rule.replace(' ', '')}"


def subject_name(subject: Subject) -> str:
    """`prompt NAME`, and nothing for the repository."""
    return "" if subject.kind == SubjectKind.repository else f"{subject.kind.value} {code(subject.name, 60)}"


def gate_line(gate: GateVerdict) -> str:
    """What one gate says, as an item of a list."""
    about = subject_name(gate.subject)
    return f"- **{gate.gate.value.capitalize()}**{f', {about}' if about else ''}: {prose(gate.headline)}"


def finding_text(finding: Finding, about: Subject) -> str:
    """One finding as one line: where, what, how to mend it, by which rule. What the line is about is not repeated."""
    path = f"{finding.path}:{finding.line}" if finding.path and finding.line is not None else finding.path
    subject = finding.subject if finding.subject not in {about.name, str(about)} else None
    where = " ".join(code(each, 160) for each in (path, subject) if each)
    rule = ", ".join(code(each, 100) for each in (finding.rule, finding.reference) if each)
    fix = f" **Fix:** {prose(finding.fix)}" if finding.fix else ""
    return f"{f'{where}: ' if where else ''}{prose(finding.message, 600)}{fix}{f' ({rule})' if rule else ''}"
