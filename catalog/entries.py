"""What the files of a repository say, loaded and checked: models, prompts, suites and stacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from catalog.digest import digest_of
from catalog.model import ModelSpec
from catalog.prompt import PromptSpec, RolloutSpec
from catalog.stack import StackSpec
from catalog.suite import Assertion, SuiteSpec


@dataclass(frozen=True)
class Case:
    """One case with the suite's defaults merged in.

    `id` is a digest of variables, assertions and threshold: the same wherever the case stands.
    `path` and `line` say where it was written.
    """

    id: str
    description: str
    vars: Mapping[str, Any]
    assertions: tuple[Assertion, ...]
    threshold: float | None
    metadata: Mapping[str, str]
    slice: str | None
    path: str = field(default="", compare=False)
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Suite:
    """`evals.yaml` and its cases. `path` is relative to the repository."""

    path: Path
    spec: SuiteSpec
    cases: tuple[Case, ...]
    digest: str


@dataclass(frozen=True)
class Model:
    """`models/NAME`. `digest` is that of the specification's content; `folder` is absolute."""

    name: str
    folder: Path
    spec: ModelSpec
    suite: Suite | None
    digest: str


@dataclass(frozen=True)
class Variable:
    """An input of a prompt."""

    name: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Variant:
    """One `.prompt` file. `path` is as the reader was told, `source` the whole text of the file.

    `digest` is that of the content: front matter and template. `input_schema` and `output_schema` are JSON
    Schemas; `variables` the inputs at the top of the former.
    """

    prompt: str
    name: str
    path: str
    spec: PromptSpec
    template: str
    digest: str
    source: str
    input_schema: Mapping[str, Any] = field(compare=False)
    output_schema: Mapping[str, Any] | None = field(compare=False)
    variables: tuple[Variable, ...] = field(compare=False)


@dataclass(frozen=True)
class Prompt:
    """`prompts/NAME`: its variants, and the rollout that says which is live. `folder` is absolute."""

    name: str
    folder: Path
    rollout: RolloutSpec
    variants: Mapping[str, Variant]
    suite: Suite | None

    @property
    def live(self) -> Variant:
        """The variant that gets what no candidate gets."""
        return self.variants[self.rollout.live]

    @cached_property
    def served_digest(self) -> str:
        """Of what callers get: variants and rollout."""
        variants = {name: variant.digest for name, variant in self.variants.items()}
        return digest_of({"rollout": self.rollout.model_dump(mode="json"), "variants": variants})

    @cached_property
    def digest(self) -> str:
        """Of everything in the folder that means something: what is served, and its suite."""
        return digest_of([self.served_digest, self.suite.digest if self.suite else None])

    @property
    def models(self) -> frozenset[str]:
        """The models that its variants are answered by."""
        return frozenset(variant.spec.model for variant in self.variants.values())


@dataclass(frozen=True)
class Stack:
    """`stacks/Pulumi.NAME.yaml`. `path` is relative to the repository.

    `digest` covers the whole file, also what belongs to other programs (`aws:region`).
    """

    name: str
    path: Path
    spec: StackSpec
    digest: str

    @property
    def models(self) -> frozenset[str]:
        """The models that it serves."""
        return frozenset(endpoint.model for endpoint in self.spec.endpoints)


@dataclass(frozen=True)
class Catalog:
    """Everything that one checkout declares, by name."""

    root: Path
    models: Mapping[str, Model]
    prompts: Mapping[str, Prompt]
    stacks: Mapping[str, Stack]
