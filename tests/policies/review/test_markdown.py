from __future__ import annotations

from policies.review.markdown import finding_text, gate_line, row, subject_name, table
from policies.verdict import Finding, Gate, Outcome, Severity
from tests.kit.evaluations import REPOSITORY, ROUTING
from tests.kit.verdicts import a_gate


def test_a_table_aligns_numbers_to_the_right() -> None:
    assert table("Name|>Cost") == "| Name | Cost |\n|:--|--:|"
    assert row(["a", "1"]) == "| a | 1 |"


def test_the_repository_needs_no_name() -> None:
    assert subject_name(REPOSITORY) == ""
    assert subject_name(ROUTING) == "prompt `ticket-routing`"
    assert gate_line(a_gate(Gate.files, REPOSITORY, Outcome.invalid, "2 mistakes")) == "- **Files**: 2 mistakes"


def test_a_finding_says_where_what_how_and_by_which_rule() -> None:
    whole = Finding(
        severity=Severity.block, message="too dear", path="stacks/a.yaml", line=3, subject="x", fix="less", rule="r-1"
    )
    assert finding_text(whole, REPOSITORY) == "`stacks/a.yaml:3` `x`: too dear **Fix:** less (`r-1`)"


def test_a_finding_may_be_only_a_message() -> None:
    assert finding_text(Finding(severity=Severity.note, message="so it is", line=9), REPOSITORY) == "so it is"


def test_what_a_line_is_about_is_not_repeated() -> None:
    finding = Finding(severity=Severity.note, message="too few", subject="prompt ticket-routing")
    assert finding_text(finding, ROUTING) == "too few"
    assert finding_text(finding, REPOSITORY) == "`prompt ticket-routing`: too few"
