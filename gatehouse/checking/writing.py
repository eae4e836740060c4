"""Writes what people read: the verdict, the comment, the report, the job summary."""

from __future__ import annotations

import os
from pathlib import Path

from catalog.atomic import write
from policies.verdict import Verdict


def write_review(verdict: Verdict, folder: Path) -> Path:
    """Write verdict.json, comment.md and report.html; on GitHub also the job's summary. Returns the folder."""
    from policies.review.comment import render_comment
    from policies.review.report import render_report

    comment = render_comment(verdict)
    write(folder / "verdict.json", verdict.model_dump_json(indent=2))
    write(folder / "comment.md", comment)
    write(folder / "report.html", render_report(verdict))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(comment)
    return folder
