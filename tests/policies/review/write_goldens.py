"""Rewrites what is compared as a whole: `python -m tests.policies.review.write_goldens`."""

from __future__ import annotations

import json
from pathlib import Path

from policies.review.comment import render_comment
from policies.review.schema import verdict_reference, verdict_schema
from policies.verdict import Verdict
from tests.kit.evaluations import a_small_evaluation
from tests.kit.verdicts import KINDS, a_block, a_pass, an_invalid, an_outside, an_undecided

GOLDENS = Path(__file__).parent / "goldens"
REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def golden_verdict(kind: str) -> Verdict:
    """A verdict of this kind on few cases, so that its comment can be read at a glance."""
    return {
        "pass": lambda: a_pass(a_small_evaluation(broken=0, fixed=6)),
        "block": lambda: a_block(a_small_evaluation(broken=6, fixed=0)),
        "undecided": lambda: an_undecided(a_small_evaluation(broken=2, fixed=3, needed=180)),
        "invalid": an_invalid,
        "outside": an_outside,
    }[kind]()


def golden_comment(kind: str) -> str:
    """The comment that the golden of this kind holds."""
    return render_comment(golden_verdict(kind))


def write() -> None:
    """Write every golden anew."""
    GOLDENS.mkdir(exist_ok=True)
    for kind in KINDS:
        (GOLDENS / f"{kind}.md").write_text(golden_comment(kind), encoding="utf-8")
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in references().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


def references() -> dict[str, str]:
    """The pages of docs/reference that follow from the type of the verdict."""
    return {
        "verdict.schema.json": json.dumps(verdict_schema(), indent=2) + "\n",
        "verdict.md": verdict_reference(),
    }


if __name__ == "__main__":
    write()
