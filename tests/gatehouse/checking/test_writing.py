"""The review is written where people and machines look for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatehouse.checking.writing import write_review
from policies.verdict import Verdict
from tests.kit.verdicts import a_block


def test_the_verdict_the_comment_and_the_report_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    verdict = a_block()
    folder = write_review(verdict, tmp_path / "review")
    assert sorted(path.name for path in folder.iterdir()) == ["comment.md", "report.html", "verdict.json"]
    assert Verdict.model_validate_json((folder / "verdict.json").read_bytes()) == verdict


def test_a_job_on_github_gets_the_comment_as_its_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("earlier\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    folder = write_review(a_block(), tmp_path / "review")
    assert summary.read_text() == "earlier\n" + (folder / "comment.md").read_text()
