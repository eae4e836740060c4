from __future__ import annotations

import pytest

from policies.guardrails.families.models import (
    every_endpoint_has_an_owner,
    models_are_pinned_by_digest,
    models_name_their_licence,
)
from tests.kit.resources import DIGEST, a_process, a_served_config


@pytest.mark.parametrize("digest", [None, "", "latest", "sha256:abc", DIGEST.upper(), f"{DIGEST}\nx"])
def test_a_model_without_a_full_digest_is_not_pinned(digest: str | None) -> None:
    assert list(models_are_pinned_by_digest.check(a_process(model_digest=digest))) == [
        "support-model serves a model without a sha256 digest."
    ]


def test_a_process_that_hides_its_role_is_taken_for_a_model() -> None:
    assert list(models_are_pinned_by_digest.check(a_process(role=None, model_digest=None)))


def test_a_gateway_serves_no_model_of_its_own() -> None:
    gateway = a_process(role="gateway", model_digest=None, license=None)

    assert not list(models_are_pinned_by_digest.check(gateway))
    assert not list(models_name_their_licence.check(gateway))


@pytest.mark.parametrize("licence", [None, "", "  ", "see the website", "MIT; DROP"])
def test_a_model_without_a_licence_is_named(licence: str | None) -> None:
    assert list(models_name_their_licence.check(a_process(license=licence))) == [
        "support-model serves a model without a licence."
    ]


@pytest.mark.parametrize("licence", ["MIT", "LicenseRef-Gemma", "Apache-2.0 OR MIT", "GPL-3.0+"])
def test_spdx_expressions_are_licences(licence: str) -> None:
    assert not list(models_name_their_licence.check(a_process(license=licence)))


def test_the_gateway_names_the_model_without_a_licence() -> None:
    endpoints = {"a": {"license": "MIT"}, "b": {"license": None}, "c": {}}

    assert list(models_name_their_licence.check(a_served_config(endpoints=endpoints))) == [
        "The gateway serves b without a licence.",
        "The gateway serves c without a licence.",
    ]


@pytest.mark.parametrize("owner", [None, "", " ", 7])
def test_an_endpoint_without_an_owner_is_named(owner: object) -> None:
    assert list(every_endpoint_has_an_owner.check(a_process(owner=owner))) == ["support-model has no owner."]
