"""What people chose for a gateway: which prompts it serves, with which limits."""

from __future__ import annotations

from catalog.model import ModelSpec
from catalog.spec import Digest, Name, Spec
from catalog.stack import GatewayChoice
from components.foundation.governance import Governed


class ServedVariant(Spec):
    """The whole text of a variant, and the digest of what it says."""

    digest: Digest
    source: str


class ServedPrompt(Spec):
    """A prompt with the variants that get a share of its traffic."""

    live: Name
    shares: dict[Name, float]
    variants: dict[Name, ServedVariant]


class GatewaySpec(Governed):
    """The models and prompts behind one gateway. Plain values; the models' addresses come from resources."""

    choice: GatewayChoice
    models: dict[Name, ModelSpec]
    prompts: dict[Name, ServedPrompt]
