from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from policies import verdict as types
from policies.review.schema import verdict_schema
from policies.verdict import Evidence
from tests.kit.verdicts import KINDS
from tests.policies.review.write_goldens import REFERENCE, references


@pytest.mark.parametrize("name", references())
def test_the_reference_is_as_the_type(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == references()[name], "run `make goldens`"


@pytest.mark.parametrize("kind", KINDS)
def test_a_verdict_is_as_its_schema_and_can_be_read_back(kind: str) -> None:
    verdict = KINDS[kind]()
    written = verdict.model_dump_json()
    Draft202012Validator(verdict_schema()).validate(json.loads(written))
    assert types.Verdict.model_validate_json(written) == verdict


def test_every_field_says_what_it_means() -> None:
    evidence = [each for each in vars(types).values() if isinstance(each, type) and issubclass(each, Evidence)]
    silent = [
        f"{each.__name__}.{name}"
        for each in evidence
        for name, field in each.model_fields.items()
        if not field.description
    ]
    assert silent == []
