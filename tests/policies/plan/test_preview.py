from __future__ import annotations

import pytest

from policies.plan.preview import hidden, name_of, provider_inputs, wanted
from policies.resource_types import PROCESS
from tests.kit.resources import a_preview, a_step


def test_each_resource_is_wanted_once_and_the_stack_and_its_providers_are_none() -> None:
    preview = a_preview(
        a_step("pulumi:providers:aws", "eu", {"region": "eu-west-1"}),
        a_step(PROCESS, "kept", {"a": 1}, op="same"),
        a_step(PROCESS, "swapped", {"a": 2}, op="create-replacement"),
        a_step(PROCESS, "swapped", {"a": 2}, op="replace"),
        a_step(PROCESS, "swapped", {"a": 1}, op="delete-replaced"),
        a_step(PROCESS, "gone", {"a": 3}, op="delete"),
    )

    assert [(each.name, each.inputs) for each in wanted(preview)] == [("kept", {"a": 1}), ("swapped", {"a": 2})]


def test_a_component_is_wanted_without_inputs() -> None:
    step = a_step("gatehouse:endpoint:LocalEndpoint", "m", {}, custom=False)
    del step["newState"]["inputs"]

    (component,) = wanted(a_preview(step))

    assert not component.custom
    assert component.inputs == {}


def test_a_provider_is_found_by_its_urn() -> None:
    step = a_step("pulumi:providers:aws", "eu", {"region": "eu-west-1"}, op="same")

    assert provider_inputs(a_preview(step)) == {step["urn"]: {"region": "eu-west-1"}}


@pytest.mark.parametrize(
    ("counted", "expected"), [({"same": 4}, 3), ({"same": 1}, 0), ({}, 0), (None, 0), ({"same": "x"}, 0)]
)
def test_unchanged_resources_that_are_counted_and_not_shown_are_hidden(counted: object, expected: int) -> None:
    assert hidden(a_preview(a_step(PROCESS, "kept", {}, op="same"), changeSummary=counted)) == expected


def test_a_preview_of_nothing_wants_nothing() -> None:
    assert wanted({}) == ()


@pytest.mark.parametrize("preview", [{"steps": "none"}, {"steps": 3}, {"steps": [None]}, {"steps": [{"op": "create"}]}])
def test_what_is_no_preview_is_said_to_be_none(preview: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="`steps` is not a list of steps"):
        wanted(preview)


def test_a_name_is_the_last_part_of_a_urn() -> None:
    assert name_of("urn:pulumi:local::gatehouse::a:b:C::some-name") == "some-name"
