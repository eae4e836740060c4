"""A verdict is found by what it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatehouse.checking import verdicts
from policies.verdict import Gate, GateVerdict, Outcome, Subject, SubjectKind, Verdict

DIGEST = "sha256:" + "b" * 64


def _verdict(outcome: Outcome, digest: str = DIGEST) -> Verdict:
    gate = GateVerdict(
        gate=Gate.policy, subject=Subject(kind=SubjectKind.stack, name="local"), outcome=outcome, headline="so it is"
    )
    return Verdict.of(
        [gate],
        created="2026-11-23T00:00:00+00:00",
        gatehouse_version="0",
        base=None,
        head="0" * 40,
        inputs_digest=digest,
        stack_digests={"local": digest},
    )


def test_a_verdict_is_found_again(tmp_path: Path) -> None:
    verdicts.keep(tmp_path, _verdict(Outcome.passed))
    found = verdicts.find(tmp_path, DIGEST)
    assert found is not None
    assert found.outcome is Outcome.passed


@pytest.mark.parametrize("outcome", [Outcome.blocked, Outcome.undecided, Outcome.failed, Outcome.invalid])
def test_a_later_verdict_on_the_same_inputs_replaces_the_earlier(tmp_path: Path, outcome: Outcome) -> None:
    verdicts.keep(tmp_path, _verdict(Outcome.passed))
    verdicts.keep(tmp_path, _verdict(outcome))
    found = verdicts.find(tmp_path, DIGEST)
    assert found is not None
    assert found.outcome is outcome


def test_other_inputs_have_no_verdict(tmp_path: Path) -> None:
    verdicts.keep(tmp_path, _verdict(Outcome.passed))
    assert verdicts.find(tmp_path, "sha256:" + "c" * 64) is None


def test_a_verdict_under_a_name_that_it_is_not_about_counts_for_nothing(tmp_path: Path) -> None:
    verdicts.keep(tmp_path, _verdict(Outcome.passed))
    folder = tmp_path / ".gatehouse/verdicts"
    (folder / f"{'b' * 64}.json").rename(folder / f"{'c' * 64}.json")
    assert verdicts.find(tmp_path, "sha256:" + "c" * 64) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"outcome": "pass"}'])
def test_a_damaged_verdict_counts_for_nothing(tmp_path: Path, text: str) -> None:
    verdicts.keep(tmp_path, _verdict(Outcome.passed))
    next((tmp_path / ".gatehouse/verdicts").iterdir()).write_text(text)
    assert verdicts.find(tmp_path, DIGEST) is None
