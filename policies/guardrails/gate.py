"""The policy gate: the pack's own rules, asked of the preview before anybody merges."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.spec import NAME_RE
from policies.guardrails.rule import Resource
from policies.guardrails.rules import Breach, breaches
from policies.plan.preview import hidden, wanted
from policies.verdict import Finding, Gate, GateVerdict, Outcome, Severity, Subject, SubjectKind


def judge_policy(stack: str, preview: Mapping[str, Any]) -> GateVerdict:
    """Ask every resource that the stack would have. What is not known yet is a note, and the engine's to decide.

    Raises ValueError if `preview` is not the JSON of `pulumi preview --json`.
    """
    started = time.perf_counter()
    resources = [Resource(each.urn, each.type, each.name, each.inputs, stack) for each in wanted(preview)]
    findings = [_finding(breach) for resource in resources for breach in breaches(resource)]
    findings.extend(_hidden(preview))
    findings.sort(key=lambda finding: list(Severity).index(finding.severity))
    return GateVerdict(
        gate=Gate.policy,
        subject=Subject(kind=SubjectKind.stack, name=stack),
        outcome=Outcome.blocked if _count(findings, Severity.block) else Outcome.passed,
        headline=_headline(len(resources), findings),
        findings=tuple(findings),
        seconds=time.perf_counter() - started,
    )


def _finding(breach: Breach) -> Finding:
    rule, resource = breach.rule, breach.resource
    return Finding(
        severity=Severity(rule.severity) if breach.decided else Severity.note,
        message=breach.message if breach.decided else f"{breach.message} The engine decides when it is.",
        rule=rule.id,
        path=_path(breach),
        subject=resource.name,
        fix=rule.fix if breach.decided else None,
        reference=rule.reference,
    )


def _path(breach: Breach) -> str:
    """The file that a person would open; the stack's own where the model is not named."""
    model = breach.resource.inputs.get("model")
    if breach.rule.declared_in == "model" and isinstance(model, str) and NAME_RE.fullmatch(model):
        return f"models/{model}/model.yaml"
    return f"stacks/Pulumi.{breach.resource.stack}.yaml"


def _hidden(preview: Mapping[str, Any]) -> Iterator[Finding]:
    if count := hidden(preview):
        yield Finding(
            severity=Severity.note,
            message=f"The preview hides {count} unchanged resource(s), which were not judged.",
            fix="Preview with `--show-sames`.",
        )


def _count(findings: list[Finding], severity: Severity) -> int:
    return len({finding.rule for finding in findings if finding.severity is severity and finding.rule})


def _headline(resources: int, findings: list[Finding]) -> str:
    broken, warned, open_ = (_count(findings, severity) for severity in Severity)
    if not (broken or warned or open_):
        return f"Every rule holds for {resources} resource(s)"
    parts = (
        f"{broken} rule(s) broken" if broken else "No rule broken",
        f"{warned} warned of" if warned else "",
        f"{open_} not decidable before the update" if open_ else "",
    )
    return f"{', '.join(part for part in parts if part)}; {resources} resource(s)"
