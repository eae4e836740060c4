"""The whole gate on a real language model: a worse prompt really blocks, a better one really passes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from catalog.entries import Case
from catalog.loader import load_catalog
from catalog.locations import LLAMA_SERVER
from catalog.touched import touched
from gatehouse.evaluation import store
from gatehouse.evaluation.run import Evaluated, evaluate
from policies.verdict import Outcome
from tests.kit.evaluated import EvaluatedRepository

ROOT = Path(__file__).parents[2]
MODEL = "gemma-3-270m"
CONFIG = 'config:\n  maxOutputTokens: 4\n  stopSequences: ["\\n"]\n'
FEW_EXAMPLES = """Route each support ticket to a team.

Ticket: My card was charged twice this month.
Team: billing

Ticket: The app crashes when I open a report.
Team: technical

Ticket: How do I change the email address that I log in with?
Team: account

Ticket: {{{ticket}}}
Team:"""
IMPROVED = ROOT / "gatehouse" / "demo" / "changes" / "improve-routing" / "prompts" / "ticket-routing" / "v2.prompt"
MANY_EXAMPLES = IMPROVED.read_text(encoding="utf-8").split("---\n", 2)[2].strip()
NO_EXAMPLES = """Which team should handle this ticket?

{{{ticket}}}

Answer:"""


def repository(folder: Path, body: str, cases: tuple[Case, ...]) -> EvaluatedRepository:
    listed: list[dict[str, Any]] = [
        {"vars": dict(case.vars), "assert": [{"type": a.type, "value": a.value} for a in case.assertions]}
        for case in cases
    ]
    found = EvaluatedRepository(folder, listed)
    shutil.rmtree(folder / "models")
    shutil.copytree(ROOT / "models" / MODEL, folder / "models" / MODEL)
    found.variant("v1", body, model=MODEL, config=CONFIG)
    found.stack([MODEL], ["routing"])
    return found


def changed(tmp_path: Path, before: str, after: str) -> Evaluated:
    suite = load_catalog(ROOT).prompts["ticket-routing"].suite
    assert suite is not None
    cases = suite.cases[::3]
    base = load_catalog(repository(tmp_path / "base", before, cases).root)
    head = load_catalog(repository(tmp_path / "head", after, cases).root)
    [result] = evaluate(head, base, touched(base, head))
    return result


@pytest.fixture(autouse=True, scope="module")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One for both tests: the prompt that they start from is asked once."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("answers")
        patch.setattr(store, "answers_file", lambda: folder / "answers.sqlite")
        yield


needs_server = pytest.mark.skipif(LLAMA_SERVER.find() is None, reason="run `make setup`: llama-server is missing")


@pytest.mark.model
@pytest.mark.timeout(900)
@needs_server
def test_a_prompt_without_examples_is_blocked_and_the_server_is_gone(tmp_path: Path) -> None:
    evaluation, verdict = changed(tmp_path, FEW_EXAMPLES, NO_EXAMPLES)
    assert verdict.outcome is Outcome.blocked
    assert evaluation is not None
    assert evaluation.comparison is not None
    assert evaluation.comparison.difference < -0.2
    assert evaluation.comparison.p_value < 0.001
    children = [child.cmdline() for child in psutil.Process().children(recursive=True)]
    assert not any("llama-server" in " ".join(command) for command in children)


@pytest.mark.model
@pytest.mark.timeout(900)
@needs_server
def test_a_prompt_with_more_examples_passes_and_is_better(tmp_path: Path) -> None:
    evaluation, verdict = changed(tmp_path, FEW_EXAMPLES, MANY_EXAMPLES)
    assert evaluation is not None
    assert evaluation.head.pass_rate > evaluation.head.pass_rate_interval.low > 0.5
    assert verdict.outcome is Outcome.passed
    assert verdict.headline.startswith("Better")
    assert evaluation.head.cases[0].input_tokens > 100
