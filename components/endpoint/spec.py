"""What people chose for an endpoint: the model, its needs and its objectives."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from catalog.model import ModelSpec
from catalog.spec import Digest, Name
from catalog.stack import Replicas
from components.foundation.governance import Governed


class EndpointSpec(Governed):
    """A model and how it is served. Plain values; nothing here was produced by a resource."""

    model: Name
    model_spec: ModelSpec
    model_folder: Path = Field(description="Where model.yaml stands, absolute.")
    spec_digest: Digest = Field(description="Of what model.yaml says.")
    replicas: Replicas = Replicas()
    port: int | None = Field(default=None, description="A free one is chosen and kept if unset.")
