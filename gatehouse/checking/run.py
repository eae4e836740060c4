"""One check: which gates a change needs, run side by side, and the verdict that follows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from catalog.entries import Catalog
from catalog.loader import load_catalog
from catalog.problem import CatalogError
from catalog.touched import Touched, touched
from gatehouse.checking import inputs
from gatehouse.checking.stacks import StackResult, judge_stack
from gatehouse.checking.tree import base_tree, changed_files, commit_of, head_of
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
    tree: AbstractContextManager[Path | None] = (
        base_tree(question.root, question.base) if question.base else nullcontext(None)
    )
    with tree as base_root:
        files, seconds = _timed(lambda: judge_files(question.root, base_root))
        files = files.model_copy(update={"seconds": seconds})
        progress.done("files", files.headline)
        if files.outcome is not Outcome.passed:
            return _verdict(question, [files], started)
        return _check_the_rest(question, base_root, files, progress, started)


def _check_the_rest(
    question: Question, base_root: Path | None, files: GateVerdict, progress: Progress, started: float
) -> Verdict:
    head = load_catalog(question.root)
    base = _readable(base_root)
    change = _everything_the_code_moves(touched(base, head), question.root, base_root, head)
    with ThreadPoolExecutor(max_workers=2) as pool:
        stacks = [
            pool.submit(
                judge_stack,
                question.root,
                head.stacks[name],
                base_root if base and name in base.stacks else None,
                progress,
            )
            for name in sorted(change.stacks)
        ]
        evaluated, seconds = _timed(lambda: _evaluate(question, head, base, change, progress))
        results = [future.result() for future in stacks]
    code = inputs.code_digest(question.root)
    return _verdict(
        question,
        [files, *(verdict for result in results for verdict in result.verdicts), *(gate for _, gate in evaluated)],
        started,
        evaluations=tuple(evaluation for evaluation, _ in evaluated if evaluation),
        costs=tuple(result.cost for result in results if result.cost),
        plans=tuple(result.plan for result in results if result.plan),
        timings=_timings(files, results, seconds, evaluated),
        inputs_digest=inputs.inputs_digest(head, code),
        stack_digests={name: inputs.stack_digest(head, name, code) for name in sorted(change.stacks)},
    )


def _readable(base_root: Path | None) -> Catalog | None:
    """The base's catalogue; a base that today's grammar refuses is as good as none."""
    if base_root is None:
        return None
    try:
        return load_catalog(base_root)
    except CatalogError:
        return None


def _everything_the_code_moves(change: Touched, root: Path, base_root: Path | None, head: Catalog) -> Touched:
    """Code that builds, judges or serves touches every stack, though no file of the catalogue changed."""
    if base_root and inputs.code_digest(base_root) != inputs.code_digest(root):
        return replace(change, stacks=frozenset(head.stacks))
    return change


def _evaluate(
    question: Question, head: Catalog, base: Catalog | None, change: Touched, progress: Progress
) -> _Evaluated:
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
