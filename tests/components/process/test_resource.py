"""What Pulumi keeps of a resource."""

from __future__ import annotations

import base64

import pytest
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider

from components.process.provider import ProcessProvider
from components.process.served_provider import ServedConfigProvider


@pytest.mark.parametrize("provider", [ProcessProvider, ServedConfigProvider])
def test_the_state_keeps_a_providers_name_and_none_of_its_code(provider: type[ResourceProvider]) -> None:
    """So that an edit of the code changes no resource, and an old state runs the code of today."""
    pickled = base64.b64decode(serialize_provider(provider()))
    assert provider.__module__.encode() in pickled
    assert provider.__name__.encode() in pickled
    assert len(pickled) < 120
    assert not provider.serialize_as_secret_always
