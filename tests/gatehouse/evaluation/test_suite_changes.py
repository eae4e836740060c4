"""A change is not judged by a gate that it made easier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalog.entries import Suite
from catalog.loader import load_catalog
from gatehouse.evaluation.suite_changes import changes_of, stricter
from policies.verdict import Severity, Subject, SubjectKind
from tests.kit.evaluated import EvaluatedRepository, tickets

SUBJECT = Subject(kind=SubjectKind.prompt, name="routing")


def suite(folder: Path, cases: int = 3, **gate: Any) -> Suite:
    EvaluatedRepository(folder, tickets(cases), gate=gate)
    found = load_catalog(folder).prompts["routing"].suite
    assert found is not None
    return found


def test_each_setting_is_the_stricter_one(tmp_path: Path) -> None:
    base = suite(tmp_path / "base", smallest_effect=0.1, pass_rate_min=0.9, slice_pass_rate_min=0.5, alpha=0.1)
    head = suite(tmp_path / "head", smallest_effect=0.05, pass_rate_min=0.5, calibration_error_max=0.1, repeats=3)
    gate = stricter(head, base)
    assert (gate.smallest_effect, gate.pass_rate_min, gate.slice_pass_rate_min) == (0.05, 0.9, 0.5)
    assert (gate.calibration_error_max, gate.repeats, gate.alpha) == (0.1, 3, 0.1)


def test_without_a_base_the_gate_is_heads(tmp_path: Path) -> None:
    head = suite(tmp_path / "head", pass_rate_min=0.5)
    assert stricter(head, None) is head.spec.gate
    assert changes_of(SUBJECT, head, None) == ()


def test_a_loosened_gate_is_named_with_what_judges(tmp_path: Path) -> None:
    base = suite(tmp_path / "base", pass_rate_min=0.9, slice_pass_rate_min=0.5)
    head = suite(tmp_path / "head", pass_rate_min=0.5, smallest_effect=0.01)
    messages = [finding.message for finding in changes_of(SUBJECT, head, base)]
    assert messages == [
        "The change sets gate.pass_rate_min from 0.9 to 0.5; 0.9 judges it.",
        "The change sets gate.slice_pass_rate_min from 0.5 to none; 0.5 judges it.",
    ]


def test_changed_cases_are_counted(tmp_path: Path) -> None:
    [finding] = changes_of(SUBJECT, suite(tmp_path / "head", cases=2), suite(tmp_path / "base", cases=5))
    assert finding.severity is Severity.warn
    assert "0 cases new or changed, 3 of base's gone" in finding.message


def test_an_unchanged_suite_is_not_mentioned(tmp_path: Path) -> None:
    assert changes_of(SUBJECT, suite(tmp_path / "head"), suite(tmp_path / "base")) == ()
