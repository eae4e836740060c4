"""Builders of verdicts as the gates make them: one for each kind of outcome, a large one, a hostile one."""

from __future__ import annotations

from policies.verdict import (
    CostEstimate,
    CostLine,
    Evaluation,
    Finding,
    Gate,
    GateVerdict,
    Outcome,
    Plan,
    PlanStep,
    Severity,
    Subject,
    Timing,
    Verdict,
)
from tests.kit.evaluations import LOCAL, REPOSITORY, ROUTING, an_evaluation, interval, told


def a_gate(
    gate: Gate,
    subject: Subject,
    outcome: Outcome = Outcome.passed,
    headline: str = "nothing to object to",
    *findings: Finding,
    seconds: float = 0.4,
    model_seconds: float = 0.0,
) -> GateVerdict:
    """What one gate says."""
    return GateVerdict(
        gate=gate,
        subject=subject,
        outcome=outcome,
        headline=headline,
        findings=findings,
        seconds=seconds,
        model_seconds=model_seconds,
    )


def a_plan(stack: str = "local") -> Plan:
    """A new prompt for a gateway that runs already."""
    names = {
        "ServedConfig": ("update", "served", ("config.prompts.ticket-routing.live", "config.prompts.ticket-routing")),
        "Process": ("same", "gemma-3-270m", ()),
        "Gateway": ("same", "gateway", ()),
    }
    return Plan(
        stack=stack,
        deployed_before=True,
        steps=tuple(
            PlanStep(
                op=op,
                urn=f"urn:pulumi:{stack}::gatehouse::pulumi-python:dynamic/gatehouse:{kind}::{name}",
                type=f"gatehouse:{kind}",
                name=name,
                changed=changed,
            )
            for kind, (op, name, changed) in names.items()
        ),
    )


def a_cost(
    stack: str = "local", *, expected: str = "14.40", high: str = "22.75", base: str | None = "14.40"
) -> CostEstimate:
    """Two processes on one machine."""
    return CostEstimate(
        stack=stack,
        price_book_date="2026-11-01",
        lines=(
            CostLine(
                resource="gemma-3-270m",
                description="0.5 core, 700 MiB, all month",
                low_usd_per_month="9.10",
                expected_usd_per_month=expected,
                high_usd_per_month=high,
                source="electricity and write-off of one machine",
                priced_on="2026-11-01",
            ),
        ),
        unpriced=(),
        free=("served",),
        share_priced=1.0,
        low_usd_per_month="9.10",
        expected_usd_per_month=expected,
        high_usd_per_month=high,
        base_expected_usd_per_month=base,
        budget_usd_per_month="40.00",
    )


TIMINGS = (
    Timing(name="read the files", seconds=0.3),
    Timing(name="evaluate prompt ticket-routing", seconds=31.2, model_seconds=28.9),
    Timing(name="stack local: preview", seconds=6.4),
    Timing(name="stack local: policy and cost", seconds=0.1),
)
_NO_ALARM = Finding(
    severity=Severity.warn,
    rule="endpoints-have-an-error-alarm",
    message="The endpoint has no alarm on its error rate.",
    subject="gemma-3-270m",
)
_STACK_GATES = (
    a_gate(Gate.plan, LOCAL, Outcome.passed, "1 resource is updated, 2 stay", seconds=6.4),
    a_gate(Gate.policy, LOCAL, Outcome.passed, "8 rules hold for 3 resources", seconds=0.1),
    a_gate(Gate.cost, LOCAL, Outcome.passed, "within the budget of 40.00 USD a month", seconds=0.1),
)
_FILES = a_gate(Gate.files, REPOSITORY, Outcome.passed, "3 changed files are well formed", seconds=0.3)


def a_verdict(*gates: GateVerdict, **facts: object) -> Verdict:
    """A verdict of these gates; facts that are not given are those of the sample change."""
    given = {
        "created": "2026-11-23T09:41:07Z",
        "gatehouse_version": "0.1.0",
        "base": "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678",
        "head": "fe3a4510c2d4b6a8e0f1c3d5b7a9e1f2c4d6b8a0",
        "inputs_digest": "sha256:" + "ab" * 32,
        "stack_digests": {"local": "sha256:" + "cd" * 32},
        "changed_files": ("prompts/ticket-routing/v2.prompt", "prompts/ticket-routing/rollout.yaml"),
        "seconds": 38.4,
    }
    return Verdict.of(gates, **{**given, **facts})


def _evaluated(outcome: Outcome, headline: str, *findings: Finding) -> GateVerdict:
    return a_gate(Gate.evaluation, ROUTING, outcome, headline, *findings, seconds=31.2, model_seconds=28.9)


def a_pass(evaluation: Evaluation | None = None) -> Verdict:
    """A prompt that answers more tickets right."""
    better = evaluation or an_evaluation()
    plan, policy, cost = _STACK_GATES
    warned = policy.model_copy(update={"findings": (_NO_ALARM,)})
    gates = (_FILES, plan, warned, cost, _evaluated(Outcome.passed, told(better)))
    return a_verdict(*gates, evaluations=(better,), plans=(a_plan(),), costs=(a_cost(),), timings=TIMINGS)


def a_block(evaluation: Evaluation | None = None) -> Verdict:
    """A prompt that answers fewer tickets right, in a stack that costs more than its budget."""
    worse = evaluation or an_evaluation(both=102, broken=41, fixed=9, neither=60)
    drop = Finding(
        severity=Severity.block,
        rule="no-loss-beyond-the-smallest-effect",
        message=f"{told(worse)} (95 % interval {interval(worse)}); a loss of more than 2.0 points blocks.",
        path="prompts/ticket-routing/evals.yaml",
        line=4,
        fix="Look at the cases that broke, or keep v1 live in rollout.yaml.",
    )
    dear = Finding(
        severity=Severity.block,
        rule="stacks-stay-within-their-budget",
        message="52.80 USD a month are expected, 12.80 more than the budget.",
        path="stacks/Pulumi.local.yaml",
        line=21,
        subject="gemma-3-270m",
        fix="Serve fewer replicas, or raise gatehouse:budget in a pull request of its own.",
    )
    plan, policy, _ = _STACK_GATES
    gates = (
        _FILES,
        plan,
        policy,
        a_gate(Gate.cost, LOCAL, Outcome.blocked, "over the budget of 40.00 USD a month", dear),
        _evaluated(Outcome.blocked, told(worse), drop),
    )
    cost = a_cost(expected="52.80", high="91.00")
    return a_verdict(*gates, evaluations=(worse,), plans=(a_plan(),), costs=(cost,), timings=TIMINGS)


def an_undecided(evaluation: Evaluation | None = None) -> Verdict:
    """A prompt that may be better, on too few cases."""
    unsure = evaluation or an_evaluation(both=22, broken=3, fixed=5, neither=10, needed=180)
    why = Finding(
        severity=Severity.warn,
        rule="a-decision-needs-enough-cases",
        message=f"The interval of the difference, {interval(unsure)}, holds both a gain and a loss that matters.",
        path="prompts/ticket-routing/evals.yaml",
        line=1,
        fix="Add about 180 cases; those of the store cost nothing.",
    )
    gates = (
        _FILES,
        *_STACK_GATES,
        _evaluated(Outcome.undecided, f"{len(unsure.head.cases)} cases are too few to tell", why),
    )
    return a_verdict(*gates, evaluations=(unsure,), plans=(a_plan(),), costs=(a_cost(),), timings=TIMINGS)


def an_invalid() -> Verdict:
    """A misspelt field and a variant that is not there."""
    found = (
        Finding(
            severity=Severity.block,
            rule="unknown-field",
            message="Unknown field 'lvie'. Allowed: live, shares.",
            path="prompts/ticket-routing/rollout.yaml",
            line=2,
            fix="Did you mean 'live'?",
        ),
        Finding(
            severity=Severity.block,
            rule="missing-variant",
            message="Variant 'v3' has no file prompts/ticket-routing/v3.prompt. There are: v1, v2.",
            path="prompts/ticket-routing/rollout.yaml",
            line=4,
        ),
    )
    gate = a_gate(Gate.files, REPOSITORY, Outcome.invalid, "2 mistakes in 1 file; nothing else was run", *found)
    return a_verdict(gate, seconds=0.4, timings=TIMINGS[:1])


def an_outside() -> Verdict:
    """A model that does not answer."""
    dead = Finding(
        severity=Severity.warn,
        message="No answer from http://127.0.0.1:8081 in 15 s: connection refused.",
        subject="gemma-3-270m",
        fix="Start the model or leave --address out, so that the gate starts one itself.",
    )
    gates = (_FILES, *_STACK_GATES, _evaluated(Outcome.failed, "the model did not answer", dead))
    return a_verdict(*gates, plans=(a_plan(),), costs=(a_cost(),), timings=TIMINGS, seconds=21.9)


def a_large_verdict(cases: int = 20_000) -> Verdict:
    """Far more cases than anybody reads."""
    part = cases // 4
    return a_pass(an_evaluation(both=part, broken=part, fixed=part, neither=cases - 3 * part))


KINDS = {
    "pass": a_pass,
    "block": a_block,
    "undecided": an_undecided,
    "invalid": an_invalid,
    "outside": an_outside,
}
