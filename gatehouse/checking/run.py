"""One check: which gates a change needs, run side by side, and the verdict that follows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from catalog.entries import Catalog
from catalog.loader import load_catalog
from catalog.touched import touched
from gatehouse.checking import inputs
from gatehouse.checking.stacks import StackResult, judge_stack
from gatehouse.checking.tree import base_of, changed_files, commit_of, head_of
from gatehouse.progress import Progress
from policies.files.gate import judge_files
from policies.verdict import Evaluation, GateVerdict, Outcome, Timing, Verdict


@dataclass(frozen=True)
class Question:
    """What to check: a checkout, the revision that it is compared with, and where models answer if not here."""

    root: Path
    base: str | None = None
    addresses: Mapping[str, str] | None = None
    api_key_env: str | None = None


_Evaluated = list[tuple[Evaluation | None, GateVerdict]]
_Result = TypeVar("_Result")


def check(question: Question, progress: Progress) -> Verdict:
    """Run every gate that the change needs. Files that cannot be read, or hold a secret, stop everything else."""
    started = time.monotonic()
    with base_of(question.root, question.base) as (base_root, base):
        files, seconds = _timed(lambda: judge_files(question.root, base_root))
        files = files.model_copy(update={"seconds": seconds})
        progress.done("files", files.headline)
        if files.outcome is not Outcome.passed:
            return _verdict(question, [files], started)
        return _check_the_rest(question, base_root, base, files, progress, started)


def _check_the_rest(
    question: Question,
    base_root: Path | None,
    base: Catalog | None,
    files: GateVerdict,
    progress: Progress,
    started: float,
) -> Verdict:
    head = load_catalog(question.root)
    made_of, before = _made_of(head, question.root), _made_of(base, base_root)
    # What `up` will ask a verdict for is what is checked here, so both go by the same digest.
    checked = {name: digest for name, digest in sorted(made_of.items()) if before.get(name) != digest}
    with ThreadPoolExecutor(max_workers=2) as pool:
        stacks = [
            pool.submit(
                judge_stack,
                question.root,
                head.stacks[name],
                base_root if base and name in base.stacks else None,
                progress,
            )
            for name in checked
        ]
        evaluated, seconds = _timed(lambda: _evaluate(question, head, base, progress))
        results = [future.result() for future in stacks]
    return _verdict(
        question,
        [files, *(verdict for result in results for verdict in result.verdicts), *(gate for _, gate in evaluated)],
        started,
        evaluations=tuple(evaluation for evaluation, _ in evaluated if evaluation),
        costs=tuple(result.cost for result in results if result.cost),
        plans=tuple(result.plan for result in results if result.plan),
        timings=_timings(files, results, seconds, evaluated),
        inputs_digest=inputs.digest_of_all(made_of.values()),
        stack_digests=checked,
    )


def _made_of(catalog: Catalog | None, root: Path | None) -> dict[str, str]:
    """The digest of each stack: of its files, of what it serves and of the code that builds and judges it."""
    if catalog is None or root is None:
        return {}
    code = inputs.code_digest(root)
    return {name: inputs.stack_digest(catalog, name, code) for name in catalog.stacks}


def _evaluate(question: Question, head: Catalog, base: Catalog | None, progress: Progress) -> _Evaluated:
    change = touched(base, head)
    if not (change.models or change.prompts):
        return []
    from gatehouse.evaluation.run import evaluate  # a change of a stack alone asks no model

    evaluated = evaluate(
        head,
        base,
        change,
        addresses=question.addresses,
        api_key_env=question.api_key_env,
        progress=lambda done, total, label: progress.update(label, f"{done}/{total}"),
    )
    for _, gate in evaluated:
        progress.done(str(gate.subject), gate.headline)
    return evaluated


def _timings(
    files: GateVerdict, results: Iterable[StackResult], seconds: float, evaluated: _Evaluated
) -> tuple[Timing, ...]:
    stacks = [timing for result in results for timing in result.timings]
    model_seconds = sum(gate.model_seconds for _, gate in evaluated)
    evaluation = [Timing(name="evaluation", seconds=seconds, model_seconds=model_seconds)] if evaluated else []
    return (Timing(name="files", seconds=files.seconds), *stacks, *evaluation)


def _verdict(question: Question, gates: Iterable[GateVerdict], started: float, **facts: object) -> Verdict:
    return Verdict.of(
        gates,
        **{
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "gatehouse_version": version("gatehouse"),
            "base": commit_of(question.root, question.base) if question.base else None,
            "head": head_of(question.root),
            "changed_files": changed_files(question.root, question.base) if question.base else (),
            "inputs_digest": "",
            "seconds": time.monotonic() - started,
            **facts,
        },
    )


def _timed(job: Callable[[], _Result]) -> tuple[_Result, float]:
    started = time.monotonic()
    return job(), time.monotonic() - started
