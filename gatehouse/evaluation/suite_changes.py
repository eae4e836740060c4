"""What a change does to the suite by which it is judged: said to the reviewer, and never to the change's own gain."""

from __future__ import annotations

from catalog.entries import Suite
from catalog.suite import GateSpec
from policies.evals.wording import count
from policies.verdict import Finding, Severity, Subject


def stricter(head: Suite, base: Suite | None) -> GateSpec:
    """The gate that is harder to pass, setting by setting; `alpha`, which cuts both ways, stays base's."""
    after = head.spec.gate
    if base is None:
        return after
    before = base.spec.gate
    return GateSpec(
        smallest_effect=min(before.smallest_effect, after.smallest_effect),
        alpha=before.alpha,
        pass_rate_min=max(before.pass_rate_min, after.pass_rate_min),
        calibration_error_max=min(_known(before.calibration_error_max, after.calibration_error_max), default=None),
        slice_pass_rate_min=max(_known(before.slice_pass_rate_min, after.slice_pass_rate_min), default=None),
        repeats=max(before.repeats, after.repeats),
    )


def _known(*values: float | None) -> list[float]:
    return [value for value in values if value is not None]


def changes_of(subject: Subject, head: Suite, base: Suite | None) -> tuple[Finding, ...]:
    """Warnings about what the change does to cases and gate; none when both are as they were."""
    if base is None:
        return ()
    return tuple(
        Finding(severity=Severity.warn, rule=rule, message=message, path=str(head.path), subject=str(subject))
        for rule, message in (*_loosened(head, base), *_cases_changed(head, base))
    )


def _loosened(head: Suite, base: Suite) -> list[tuple[str, str]]:
    judged_by = stricter(head, base)
    found = []
    for name in GateSpec.model_fields:
        before, after = getattr(base.spec.gate, name), getattr(head.spec.gate, name)
        if after != getattr(judged_by, name):
            text = f"The change sets gate.{name} from {_said(before)} to {_said(after)}; {_said(before)} judges it."
            found.append(("a-change-does-not-loosen-its-own-gate", text))
    return found


def _cases_changed(head: Suite, base: Suite) -> list[tuple[str, str]]:
    before, after = {case.id for case in base.cases}, {case.id for case in head.cases}
    if before == after:
        return []
    text = (
        f"The change also changes the cases by which it is judged: {count(len(after - before), 'case')} new or "
        f"changed, {len(before - after)} of base's gone. Both sides are asked the new ones."
    )
    return [("cases-change-apart-from-what-they-judge", text)]


def _said(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"
