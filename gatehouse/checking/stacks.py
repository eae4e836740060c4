"""The gates of one stack: one preview by the real engine, judged as plan, policy and cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.entries import Stack
from gatehouse.engine.pulumi import Engine, EngineError
from gatehouse.errors import OutsideError
from gatehouse.progress import Progress
from policies.verdict import (
    CostEstimate,
    Finding,
    Gate,
    GateVerdict,
    Outcome,
    Plan,
    Severity,
    Subject,
    SubjectKind,
    Timing,
)


@dataclass(frozen=True)
class StackResult:
    """What the gates of one stack found."""

    verdicts: tuple[GateVerdict, ...]
    plan: Plan | None = None
    cost: CostEstimate | None = None
    timings: tuple[Timing, ...] = ()


def judge_stack(root: Path, stack: Stack, base_root: Path | None, progress: Progress) -> StackResult:
    """Preview the stack, and what base makes of it for the difference in cost; then judge."""
    part = f"stack {stack.name}"
    progress.update(part, "preview")
    started = time.monotonic()
    try:
        engine = Engine(root)
        deployed_before = engine.has_stack(stack.name)
        # A preview takes no lock, and most of one is waiting for the program to start.
        with ThreadPoolExecutor(max_workers=2) as pool:
            base = pool.submit(_base_preview, root, stack.name, base_root, deployed_before)
            preview = engine.preview(stack.name, deployed=deployed_before)
            base_preview = base.result()
    except OutsideError as error:
        progress.done(part, error.problem)
        return StackResult((_unpreviewed(stack, error),))
    preview_seconds = time.monotonic() - started
    progress.update(part, "policy and cost")
    result = _judge(stack, preview, base_preview, deployed_before)
    progress.done(part, "; ".join(verdict.headline for verdict in result.verdicts))
    judging = Timing(name=f"{part}: policy and cost", seconds=time.monotonic() - started - preview_seconds)
    timings = (Timing(name=f"{part}: preview", seconds=preview_seconds), judging)
    return StackResult(result.verdicts, result.plan, result.cost, timings)


def _judge(
    stack: Stack, preview: Mapping[str, Any], base_preview: Mapping[str, Any] | None, deployed_before: bool
) -> StackResult:
    from policies.costs.gate import estimate, judge_cost
    from policies.guardrails.gate import judge_policy
    from policies.plan.gate import judge_plan, read_plan

    plan = read_plan(stack.name, preview, deployed_before)
    cost = estimate(stack, preview, base_preview)
    verdicts = (
        _timed(lambda: judge_plan(plan)),
        _timed(lambda: judge_policy(stack.name, preview)),
        _timed(lambda: judge_cost(cost)),
    )
    return StackResult(verdicts, plan, cost)


def _base_preview(root: Path, stack: str, base_root: Path | None, deployed: bool) -> Mapping[str, Any] | None:
    """What the head's code declares for the base's files: the difference is the change of files alone."""
    if base_root is None:
        return None
    try:
        return Engine(root, data_root=base_root).preview(stack, deployed=deployed)
    except EngineError:
        return None


def _unpreviewed(stack: Stack, error: OutsideError) -> GateVerdict:
    """The engine refused the stack (a block), or is not there (a failure outside)."""
    refused = isinstance(error, EngineError)
    finding = Finding(severity=Severity.block, message=error.problem, fix=error.remedy or None)
    return GateVerdict(
        gate=Gate.plan,
        subject=Subject(kind=SubjectKind.stack, name=stack.name),
        outcome=Outcome.blocked if refused else Outcome.failed,
        headline="the engine refuses this stack" if refused else "no engine could preview this stack",
        findings=(finding,),
    )


def _timed(job: Callable[[], GateVerdict]) -> GateVerdict:
    started = time.monotonic()
    return job().model_copy(update={"seconds": time.monotonic() - started})
