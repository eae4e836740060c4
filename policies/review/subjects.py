"""A verdict read by subject: one row for each model or prompt, one for each stack."""

from __future__ import annotations

from dataclasses import dataclass

from policies.verdict import (
    CostEstimate,
    Evaluation,
    Finding,
    Gate,
    GateVerdict,
    Outcome,
    Plan,
    Severity,
    Subject,
    SubjectKind,
    Verdict,
    worst,
)


@dataclass(frozen=True)
class Measured:
    """A touched model or prompt, with its evaluation when one was made."""

    subject: Subject
    gates: tuple[GateVerdict, ...]
    evaluation: Evaluation | None

    @property
    def outcome(self) -> Outcome:
        """The worst of what its gates say."""
        return worst(gate.outcome for gate in self.gates)


@dataclass(frozen=True)
class Place:
    """A touched stack, with its plan, its cost and its policy gate when there are such."""

    subject: Subject
    gates: tuple[GateVerdict, ...]
    plan: Plan | None
    cost: CostEstimate | None

    @property
    def outcome(self) -> Outcome:
        """The worst of what its gates say."""
        return worst(gate.outcome for gate in self.gates)

    @property
    def policy(self) -> GateVerdict | None:
        """What the policy gate says of it."""
        return next((gate for gate in self.gates if gate.gate == Gate.policy), None)


def measured(verdict: Verdict) -> tuple[Measured, ...]:
    """Every model and prompt of which a gate speaks or which was evaluated."""
    found = {each.subject: each for each in verdict.evaluations}
    kinds = {SubjectKind.model, SubjectKind.prompt}
    names = dict.fromkeys([*found, *(gate.subject for gate in verdict.gates if gate.subject.kind in kinds)])
    return tuple(Measured(subject, _gates(verdict, subject), found.get(subject)) for subject in names)


def places(verdict: Verdict) -> tuple[Place, ...]:
    """Every stack of which a gate, a plan or a cost speaks."""
    plans = {plan.stack: plan for plan in verdict.plans}
    costs = {cost.stack: cost for cost in verdict.costs}
    spoken = (gate.subject.name for gate in verdict.gates if gate.subject.kind == SubjectKind.stack)
    return tuple(_place(verdict, name, plans, costs) for name in dict.fromkeys([*spoken, *plans, *costs]))


def _place(verdict: Verdict, name: str, plans: dict[str, Plan], costs: dict[str, CostEstimate]) -> Place:
    subject = Subject(kind=SubjectKind.stack, name=name)
    return Place(subject, _gates(verdict, subject), plans.get(name), costs.get(name))


def _gates(verdict: Verdict, subject: Subject) -> tuple[GateVerdict, ...]:
    return tuple(gate for gate in verdict.gates if gate.subject == subject)


def stopping(verdict: Verdict) -> tuple[GateVerdict, ...]:
    """The gates that do not say pass, those that decide first."""
    halted = [gate for gate in verdict.gates if gate.outcome != Outcome.passed]
    return tuple(sorted(halted, key=lambda gate: gate.outcome != verdict.outcome))


def reasons(gate: GateVerdict) -> tuple[Finding, ...]:
    """The findings for which a gate stops: those that block, or else everything but notes."""
    blocking = tuple(finding for finding in gate.findings if finding.severity == Severity.block)
    return blocking or tuple(finding for finding in gate.findings if finding.severity != Severity.note)


def asides(verdict: Verdict) -> tuple[tuple[GateVerdict, Finding], ...]:
    """Every finding that stops nothing: warnings first, then notes."""
    found = [
        (gate, finding)
        for gate in verdict.gates
        for finding in gate.findings
        if gate.outcome == Outcome.passed or finding not in reasons(gate)
    ]
    return tuple(sorted(found, key=lambda each: each[1].severity == Severity.note))
