"""Whole evaluations, on a real HTTP server and a real store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from catalog.loader import load_catalog
from catalog.touched import touched
from gatehouse.errors import OutsideError, UsageError
from gatehouse.evaluation.run import Evaluated, evaluate
from policies.verdict import Outcome
from tests.kit.evaluated import EvaluatedRepository, model_file, tabular_file, tickets
from tests.kit.model_stub import ModelStub, Reply

KILLED_RUN = """
import sys
from pathlib import Path
from catalog.loader import load_catalog
from catalog.touched import touched
from gatehouse.evaluation.run import evaluate
head = load_catalog(Path(sys.argv[1]))
evaluate(head, None, touched(None, head), addresses={"small": sys.argv[2]})
"""


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def base(tmp_path: Path) -> EvaluatedRepository:
    return EvaluatedRepository(tmp_path / "base", tickets(100))


@pytest.fixture
def head(tmp_path: Path) -> EvaluatedRepository:
    repository = EvaluatedRepository(tmp_path / "head", tickets(100))
    repository.variant("v1", "Sort this ticket: {{ticket}}")
    return repository


def evaluated(
    head: EvaluatedRepository, base: EvaluatedRepository | None, addresses: dict[str, str], **more: Any
) -> list[Evaluated]:
    before, after = load_catalog(base.root) if base else None, load_catalog(head.root)
    return evaluate(after, before, touched(before, after), addresses=addresses, **more)


def number(prompt: str) -> int:
    return int(prompt.rsplit(maxsplit=1)[-1])


def test_a_worse_prompt_is_blocked(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    with ModelStub(lambda p: "?" if p.startswith("Sort") and number(p) % 5 == 0 else "billing") as stub:
        [(evaluation, verdict)] = evaluated(head, base, {"small": stub.address})
    assert verdict.outcome is Outcome.blocked
    assert evaluation is not None
    assert evaluation.comparison is not None
    assert evaluation.comparison.only_base_passes == 20
    assert (evaluation.model_calls, stub.calls) == (200, 200)
    assert 0 < verdict.model_seconds <= verdict.seconds


def test_a_better_prompt_passes(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    with ModelStub(lambda p: "?" if p.startswith("Route") and number(p) % 5 == 0 else "billing") as stub:
        [(_, verdict)] = evaluated(head, base, {"small": stub.address})
    assert verdict.outcome is Outcome.passed
    assert verdict.headline.startswith("Better")


def test_nothing_unchanged_is_asked_again(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    with ModelStub(lambda _: "billing") as stub:
        evaluated(head, base, {"small": stub.address})
        evaluated(head, base, {"small": stub.address})
        assert stub.calls == 200
        head.suite("prompts/routing", tickets(101))
        evaluated(head, base, {"small": stub.address})
        assert stub.calls == 202


def test_an_unchanged_repository_asks_nothing_at_all(base: EvaluatedRepository) -> None:
    with ModelStub() as stub:
        assert evaluated(base, base, {"small": stub.address}) == []
        assert stub.calls == 0


def test_a_dead_model_fails_its_subject_and_never_passes(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    [(evaluation, verdict)] = evaluated(head, base, {"small": "http://127.0.0.1:9"})
    assert evaluation is None
    assert verdict.outcome is Outcome.failed
    assert "given up: no connection" in verdict.headline


def test_a_model_that_hangs_fails_within_fifteen_seconds(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    with ModelStub(lambda _: Reply(hang=True)) as stub:
        started = time.monotonic()
        [(_, verdict)] = evaluated(head, base, {"small": stub.address})
        assert time.monotonic() - started < 15
    assert verdict.outcome is Outcome.failed


def test_one_failing_model_leaves_other_subjects_their_verdicts(
    head: EvaluatedRepository, base: EvaluatedRepository
) -> None:
    for repository in (head, base):
        repository.model("other", model_file())
        repository.variant("v1", f"{repository.root.name} {{{{ticket}}}}", model="other", prompt="sorting")
        repository.rollout(live="v1", prompt="sorting")
        repository.suite("prompts/sorting", tickets(60))
    with ModelStub(lambda _: "billing") as stub:
        results = evaluated(head, base, {"small": "http://127.0.0.1:9", "other": stub.address})
    outcomes = {str(verdict.subject): verdict.outcome for _, verdict in results}
    assert outcomes == {"prompt routing": Outcome.failed, "prompt sorting": Outcome.passed}


@pytest.mark.parametrize("killed_after", [10, 60])
def test_a_killed_run_goes_on_where_it_was(head: EvaluatedRepository, killed_after: int) -> None:
    with ModelStub(lambda _: Reply("billing", delay_seconds=0.1)) as stub:
        command = [sys.executable, "-c", KILLED_RUN, str(head.root), stub.address]
        run = subprocess.Popen(command, env=os.environ)
        while stub.calls < killed_after and run.poll() is None:
            time.sleep(0.005)
        run.send_signal(signal.SIGKILL)
        assert run.wait(20) == -signal.SIGKILL
        before = stub.calls
        stub.brain = lambda _: "billing"
        [(evaluation, verdict)] = evaluated(head, None, {"small": stub.address})
    assert evaluation is not None
    assert verdict.outcome is Outcome.passed
    # Only what was under way when it was killed is asked a second time.
    assert before >= killed_after
    assert stub.calls - 100 <= 32
    assert evaluation.stored_answers == 100 - evaluation.model_calls
    assert evaluation.stored_answers >= before - 32


def test_a_suite_that_changes_with_its_prompt_is_named(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    base.suite("prompts/routing", tickets(100), gate={"pass_rate_min": 0.9})
    head.suite("prompts/routing", tickets(90), gate={"pass_rate_min": 0.1})
    with ModelStub(lambda p: "billing" if number(p) < 50 else "?") as stub:
        [(_, verdict)] = evaluated(head, base, {"small": stub.address})
    assert verdict.outcome is Outcome.blocked
    rules = [finding.rule for finding in verdict.findings]
    assert rules == [
        "the-pass-rate-keeps-its-floor",
        "a-change-does-not-loosen-its-own-gate",
        "cases-change-apart-from-what-they-judge",
    ]


def test_a_base_that_cannot_be_asked_heads_cases_leaves_it_undecided(
    head: EvaluatedRepository, base: EvaluatedRepository
) -> None:
    head.variant("v1", "Sort: {{subject}}")
    cases = [{**case, "vars": {"subject": case["vars"]["ticket"]}} for case in tickets(100)]
    head.suite("prompts/routing", cases)
    with ModelStub(lambda _: "billing") as stub:
        [(evaluation, verdict)] = evaluated(head, base, {"small": stub.address})
    assert verdict.outcome is Outcome.undecided
    assert "needs the input 'ticket'" in verdict.headline
    assert evaluation is not None
    assert evaluation.base is None


def test_a_hostile_pattern_is_stopped_reported_and_never_passes(
    head: EvaluatedRepository, base: EvaluatedRepository
) -> None:
    hostile = [{**case, "assert": [{"type": "not-regex", "value": "(a|aa)+$"}]} for case in tickets(100)]
    head.suite("prompts/routing", hostile)
    with ModelStub(lambda _: "a" * 60 + "!") as stub:
        [(_, verdict)] = evaluated(head, base, {"small": stub.address})
    assert verdict.outcome is Outcome.invalid
    assert "stopped" in verdict.headline


def test_refused_cases_are_warned_about(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    with ModelStub(lambda p: Reply("too long", status=400) if number(p) == 1 else "billing") as stub:
        [(_, verdict)] = evaluated(head, base, {"small": stub.address})
    messages = [finding.message for finding in verdict.findings if finding.rule == "models-take-every-case"]
    assert messages == [
        "Head: 1 case refused by the model's server: HTTP 400 (too long).",
        "Base: 1 case refused by the model's server: HTTP 400 (too long).",
    ]


def test_a_tabular_model_is_compared_with_the_one_before(head: EvaluatedRepository, base: EvaluatedRepository) -> None:
    cases = [{"vars": {"size": n}, "assert": [{"type": "equals", "value": "benign"}]} for n in range(200)]
    for repository in (head, base):
        repository.variant("v1", "Route {{ticket}}")
        repository.model("tumours", tabular_file(owner=repository.root.name))
        repository.write("models/tumours/model.skops", "")
        repository.suite("models/tumours", cases, gate={"calibration_error_max": 0.05})
    with ModelStub(lambda _: "benign 0.9") as stub:
        [(evaluation, verdict)] = evaluated(head, base, {"tumours": stub.address})
    assert evaluation is not None
    assert evaluation.head.calibration_error == pytest.approx(0.1)
    assert verdict.outcome is Outcome.blocked
    assert stub.calls == 200


def test_an_address_for_an_unknown_model_is_a_wrong_command(head: EvaluatedRepository) -> None:
    with pytest.raises(UsageError, match="Did you mean 'small'"):
        evaluated(head, None, {"smal": "http://127.0.0.1:9"})


def test_a_store_that_cannot_be_used_is_a_failure_outside(head: EvaluatedRepository, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(OutsideError, match="GATEHOUSE_CACHE"):
        evaluated(head, None, {"small": "http://127.0.0.1:9"})


def test_a_case_that_cannot_be_rendered_is_invalid_with_its_line(
    head: EvaluatedRepository, base: EvaluatedRepository
) -> None:
    cases = tickets(100)
    cases[41]["vars"] = {"ticket": ["not", "a", "text"]}
    head.suite("prompts/routing", cases)
    with ModelStub(lambda _: "billing") as stub:
        [(evaluation, verdict)] = evaluated(head, base, {"small": stub.address})
    assert evaluation is None
    assert verdict.outcome is Outcome.invalid
    assert (verdict.findings[0].path, verdict.findings[0].line) == ("prompts/routing/cases.jsonl", 42)
    assert stub.calls == 0
