"""What each outcome is called, and what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policies.review.figures import NONE, count, plural
from policies.verdict import Outcome, Plan, SubjectKind, Verdict

SYMBOLS = {
    Outcome.passed: "\u2705",
    Outcome.blocked: "\u26d4",
    Outcome.undecided: "\u2754",
    Outcome.invalid: "\U0001f4dd",
    Outcome.failed: "\U0001f50c",
}
TITLES = {
    Outcome.passed: "PASS",
    Outcome.blocked: "BLOCKED",
    Outcome.undecided: "UNDECIDED",
    Outcome.invalid: "FILES INVALID",
    Outcome.failed: "FAILED OUTSIDE",
}
_OPS = ("create", "update", "replace", "delete", "same")
_COMMIT = re.compile(r"\A([0-9a-f]{12})[0-9a-f]{28}(-dirty)?\Z")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")


def badge(outcome: Outcome) -> str:
    """A symbol and a word, for a table."""
    return f"{SYMBOLS[outcome]}\u00a0{outcome.value}"


def short_commit(commit: str) -> str:
    """A commit's first 12 digits, and whether there was more than it holds; any other name as it is."""
    return _COMMIT.sub(r"\1\2", commit)


def plan_counts(plan: Plan | None) -> str:
    """`1 create, 2 update, 7 same`, in plain text."""
    if plan is None:
        return NONE
    numbers = {op: plan.count(op) for op in _OPS}
    numbers["other"] = len(plan.steps) - sum(numbers.values())
    return ", ".join(f"{count(number)} {op}" for op, number in numbers.items() if number) or "nothing"


def sentence(verdict: Verdict) -> str:
    """Why the verdict is what it is, in one short sentence."""
    gates = len(verdict.gates)
    deciding = sum(gate.outcome == verdict.outcome for gate in verdict.gates)
    mistakes = sum(len(gate.findings) for gate in verdict.gates if gate.outcome == Outcome.invalid)
    says = "says" if deciding == 1 else "say"
    match verdict.outcome:
        case Outcome.passed if not gates:
            return "nothing that is deployed was touched."
        case Outcome.passed:
            return "the gate agrees." if gates == 1 else f"all {count(gates)} gates agree."
        case Outcome.blocked:
            return f"{count(deciding)} of {plural(gates, 'gate')} {says} no."
        case Outcome.undecided:
            return f"{count(deciding)} of {plural(gates, 'gate')} cannot say yet."
        case Outcome.invalid:
            return f"{plural(mistakes, 'mistake')} to correct."
        case Outcome.failed:
            return f"{count(deciding)} of {plural(gates, 'gate')} could not be run."


@dataclass(frozen=True)
class Step:
    """Something to do: what, in plain text, and the command if there is one."""

    text: str
    command: str | None = None


def check_command(verdict: Verdict) -> str:
    """The command that makes the same check again. A base that is no plain word is never put into a command."""
    base = short_commit(verdict.base) if verdict.base else None
    return f"gatehouse check --base {base}" if base and _WORD.fullmatch(base) else "gatehouse check"


def next_steps(verdict: Verdict) -> tuple[Step, ...]:
    """What a person does now, in order."""
    again = check_command(verdict)
    match verdict.outcome:
        case Outcome.passed:
            return _after_a_pass(verdict)
        case Outcome.blocked:
            return (Step("Change what is named above, then check again:", again),)
        case Outcome.undecided:
            return (Step(_more_cases(verdict)), Step("Then check again; what was answered is not asked twice:", again))
        case Outcome.invalid:
            return (Step("Correct the files at the lines named above, then check again:", again),)
        case Outcome.failed:
            return (
                Step("Nothing was judged to be wrong. See what is missing:", "gatehouse doctor"),
                Step("Then check again; what was answered is not asked twice:", again),
            )


def _after_a_pass(verdict: Verdict) -> tuple[Step, ...]:
    stacks = dict.fromkeys(gate.subject.name for gate in verdict.gates if gate.subject.kind == SubjectKind.stack)
    names = [name for name in stacks if _WORD.fullmatch(name)][:3]
    if not names:
        return (Step("Merge. No stack is to be updated." if verdict.base else "No stack is to be updated."),)
    first, *others = (f"gatehouse up {name}" for name in names)
    live = Step("Merge, then put it live:" if verdict.base else "Put it live:", first)
    return (live, *(Step("and", other) for other in others))


def _more_cases(verdict: Verdict) -> str:
    wanted = [each.comparison.cases_needed for each in verdict.evaluations if each.comparison]
    most = max((number for number in wanted if number), default=0)
    if not most:
        return "This is no refusal: the reason above says what is missing."
    return f"This is no refusal: with about {plural(most, 'more case')} a decision can be had."
