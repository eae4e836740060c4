"""The plan gate: what the engine would do, and which of it somebody should look at twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies.plan.preview import name_of, steps
from policies.resource_types import (
    EC2_INSTANCE,
    PROCESS,
    PROVIDER_PREFIX,
    SAGEMAKER_ENDPOINT,
    SAGEMAKER_MODEL,
    STACK,
)
from policies.verdict import Finding, Gate, GateVerdict, Outcome, Plan, PlanStep, Severity, Subject, SubjectKind

# The engine's words, of which a replacement has three, in ours. What is missing changes nothing.
_OPS = {
    "create": "create",
    "import": "create",
    "update": "update",
    "replace": "replace",
    "create-replacement": "replace",
    "import-replacement": "replace",
    "read-replacement": "replace",
    "delete-replaced": "replace",
    "discard-replaced": "replace",
    "delete": "delete",
    "discard": "delete",
}
_WEIGHT = ("same", "update", "create", "delete", "replace")
# What is lost when one of these goes, even if another comes.
_CONSEQUENCES = {
    PROCESS: "callers get errors until another one is healthy",
    SAGEMAKER_ENDPOINT: "callers get errors until another one is in service",
    SAGEMAKER_MODEL: "what serves it cannot start a new machine",
    EC2_INSTANCE: "what its own disks hold is lost",
}
_STATEFUL_KINDS = ("Bucket", "Volume", "Database", "DatabaseInstance", "FileSystem", "PersistentVolumeClaim", "Table")
_LONGEST_MESSAGE = 2_000
_MOST_DIAGNOSTICS = 50


def read_plan(stack: str, preview: Mapping[str, Any], deployed_before: bool) -> Plan:
    """One step a resource, the heaviest of those that the engine lists for it.

    Raises ValueError if `preview` is not the JSON of `pulumi preview --json`.
    """
    found: dict[str, PlanStep] = {}
    for step in map(_read_step, steps(preview)):
        if step.type != STACK:
            found[step.urn] = _heavier(found.get(step.urn, step), step)
    return Plan(
        stack=stack,
        deployed_before=deployed_before,
        steps=tuple(found.values()),
        diagnostics=tuple(_diagnostics(preview)),
    )


def judge_plan(plan: Plan, *, deletion_asked: bool = False) -> GateVerdict:
    """Block what the engine refuses, and the deletion of all that was there unless it was asked for."""
    findings = [*plan.diagnostics, *_losses(plan)]
    if not deletion_asked and _deletes_everything(plan):
        findings.append(
            Finding(
                severity=Severity.block,
                message=f"The update would delete every resource of stack {plan.stack}.",
                fix=f"If that is wanted, run `gatehouse down {plan.stack}` instead of merging it.",
            )
        )
    findings.sort(key=lambda finding: list(Severity).index(finding.severity))
    return GateVerdict(
        gate=Gate.plan,
        subject=Subject(kind=SubjectKind.stack, name=plan.stack),
        outcome=Outcome.blocked if any(each.severity is Severity.block for each in findings) else Outcome.passed,
        headline=_headline(plan),
        findings=tuple(findings),
    )


def _heavier(known: PlanStep, other: PlanStep) -> PlanStep:
    heavier = max(known, other, key=lambda step: _WEIGHT.index(step.op))
    return heavier.model_copy(update={"changed": tuple(sorted({*known.changed, *other.changed}))})


def _read_step(step: Mapping[str, Any]) -> PlanStep:
    urn = str(step["urn"])
    state = step.get("newState") or step.get("oldState") or {}
    old = step.get("oldState") or {}
    return PlanStep(
        op=_OPS.get(str(step.get("op")), "same"),
        urn=urn,
        type=str(state.get("type") or urn.split("::")[-2].rsplit("$", 1)[-1]),
        name=name_of(urn),
        changed=_changed(step),
        protected=bool(old.get("protect") or state.get("protect")),
    )


def _changed(step: Mapping[str, Any]) -> tuple[str, ...]:
    keys = {*(step.get("diffReasons") or ()), *(step.get("replaceReasons") or ()), *(step.get("detailedDiff") or ())}
    # The pickled code of a dynamic provider: it changes with every line of ours, and says nothing to a reader.
    return tuple(sorted(str(key) for key in keys if str(key) != "__provider"))


def _diagnostics(preview: Mapping[str, Any]) -> Iterator[Finding]:
    severities = {"error": Severity.block, "warning": Severity.warn}
    for entry in (preview.get("diagnostics") or [])[:_MOST_DIAGNOSTICS]:
        text = str(entry.get("message") or "").strip()
        if text:
            urn = entry.get("urn")
            yield Finding(
                severity=severities.get(str(entry.get("severity")), Severity.note),
                message=text[:_LONGEST_MESSAGE],
                subject=name_of(str(urn)) if urn else None,
            )


def _losses(plan: Plan) -> Iterator[Finding]:
    for step in plan.steps:
        if step.op not in {"delete", "replace"}:
            continue
        if step.protected:
            yield Finding(
                severity=Severity.block,
                message=f"{step.name} is protected, and the update would {step.op} it: the engine will refuse.",
                subject=step.name,
                fix="Take the protection away in a change of its own, if it should go.",
            )
        elif consequence := _consequence(step.type):
            because = f" because of {', '.join(step.changed)}" if step.changed and step.op == "replace" else ""
            yield Finding(
                severity=Severity.warn,
                message=f"The update would {step.op} {step.name}{because}: {consequence}.",
                subject=step.name,
            )


def _consequence(token: str) -> str | None:
    if token in _CONSEQUENCES:
        return _CONSEQUENCES[token]
    return "what it stores is lost" if token.rsplit(":", 1)[-1] in _STATEFUL_KINDS else None


def _deletes_everything(plan: Plan) -> bool:
    ours = [step for step in plan.steps if not step.type.startswith(PROVIDER_PREFIX)]
    return any(step.op == "delete" for step in ours) and all(step.op == "delete" for step in ours)


def _headline(plan: Plan) -> str:
    parts = [f"{count} to {op}" for op in ("create", "update", "replace", "delete") if (count := plan.count(op))]
    if not parts:
        return "Nothing changes"
    unchanged = plan.count("same")
    return ", ".join(parts) + (f", {unchanged} unchanged" if unchanged else "")
