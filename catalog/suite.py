"""An evaluation suite: cases and assertions in promptfoo's words, beside what they evaluate."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from catalog.spec import Spec


class AssertionType(StrEnum):
    """The deterministic assertions of promptfoo; each also has a `not-` form."""

    equals = "equals"
    contains = "contains"
    icontains = "icontains"
    starts_with = "starts-with"
    regex = "regex"
    is_json = "is-json"
    levenshtein = "levenshtein"
    latency = "latency"
    cost = "cost"


ASSERTION_TYPES = tuple(kind.value for kind in AssertionType)
ALL_ASSERTION_TYPES = (*ASSERTION_TYPES, *(f"not-{kind}" for kind in ASSERTION_TYPES))


class Assertion(Spec):
    """One thing that an answer has to satisfy."""

    type: str = Field(
        description="An assertion type, or `not-` and one.", json_schema_extra={"enum": list(ALL_ASSERTION_TYPES)}
    )
    value: Any = None
    threshold: float | None = Field(
        default=None, description="levenshtein: largest distance; latency: ms; cost: US dollars."
    )
    weight: float = Field(default=1.0, ge=0)
    metric: str | None = None


class CaseSpec(Spec):
    """One case. Without a threshold every assertion has to hold; with one, their weighted mean has to reach it."""

    description: str | None = None
    vars: dict[str, Any] = Field(default_factory=dict)
    assert_: tuple[Assertion, ...] = Field(default=(), alias="assert", max_length=64)
    threshold: float | None = Field(default=None, ge=0, le=1)
    metadata: dict[str, str] = Field(default_factory=dict, description="`slice` groups cases in the report.")


class DefaultTest(Spec):
    """What every case has unless it says otherwise; its assertions come on top of the case's own."""

    vars: dict[str, Any] = Field(default_factory=dict)
    assert_: tuple[Assertion, ...] = Field(default=(), alias="assert", max_length=64)
    threshold: float | None = Field(default=None, ge=0, le=1)


class GateSpec(Spec):
    """When the suite blocks. The only part of the file that promptfoo does not know."""

    smallest_effect: float = Field(
        default=0.05, gt=0, le=1, description="A change of the pass rate smaller than this is none."
    )
    alpha: float = Field(default=0.05, gt=0, lt=0.5, description="Chance of calling an unchanged prompt changed.")
    pass_rate_min: float = Field(default=0.0, ge=0, le=1, description="Below this the suite blocks whatever base does.")
    calibration_error_max: float | None = Field(
        default=None, gt=0, le=1, description="Tabular models: expected calibration error."
    )
    slice_pass_rate_min: float | None = Field(default=None, ge=0, le=1, description="Lowest pass rate of any slice.")
    repeats: int = Field(default=1, ge=1, le=20, description="How often each case is asked.")


class SuiteSpec(Spec):
    """`evals.yaml` beside a prompt or a model."""

    description: str = ""
    defaultTest: DefaultTest = DefaultTest()
    tests: str | tuple[CaseSpec | str, ...] = Field(
        description="Cases, or file://NAME.csv or file://NAME.jsonl beside this file."
    )
    gate: GateSpec = GateSpec()
