"""A model: an artefact pinned by digest, its licence, its engine, its needs and its objectives."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from catalog.spec import Digest, Spec


class Task(StrEnum):
    """What the model does; decides how it is asked."""

    text_generation = "text-generation"
    tabular_classification = "tabular-classification"


class Interface(StrEnum):
    """How the model wants a prompt: as one text (a base model) or as messages with roles (a tuned one)."""

    completions = "completions"
    chat = "chat"
    predict = "predict"


class EngineName(StrEnum):
    """The server that runs the model."""

    llama_cpp = "llama.cpp"
    scikit_learn = "scikit-learn"
    openai = "openai"


class Artifact(Spec):
    """The bytes of the model."""

    source: str = Field(
        pattern=r"^(pypi:[a-z0-9][a-z0-9._-]*@[0-9][a-z0-9.]*|file:[A-Za-z0-9._/-]+|https://\S+)$",
        description="pypi:PACKAGE@VERSION, file:PATH beside model.yaml, or the https address of a hosted model.",
    )
    file: str | None = Field(
        default=None, description="The file inside the package; none for file: and https: sources."
    )
    digest: Digest | None = Field(default=None, description="sha256 of the file; required unless the model is hosted.")
    format: str = Field(pattern=r"^(gguf|skops|hosted)$", description="gguf, skops or hosted.")


class License(Spec):
    """Under which terms the model may be used; printed wherever the model is served."""

    id: str = Field(min_length=1, description="An SPDX identifier, or LicenseRef-NAME for one that SPDX has not.")
    url: str = Field(pattern=r"^https://\S+$", description="Where the terms stand.")


class Engine(Spec):
    """The server and its arguments, in the engine's own words where it has them."""

    name: EngineName
    interface: Interface
    context_tokens: int = Field(default=2048, ge=128, le=1_048_576, description="Tokens of prompt and answer together.")
    parallel: int = Field(default=1, ge=1, le=256, description="Requests that are worked on at once.")
    threads: int | None = Field(
        default=None, ge=1, le=512, description="CPU threads; as many as there are cores if unset."
    )


class Needs(Spec):
    """What a replica takes. Policies and feasibility read it."""

    memory_mib: int = Field(ge=16, le=4_194_304)
    cpu_cores: float = Field(default=1.0, gt=0, le=512)


class Objectives(Spec):
    """What the model promises its callers."""

    latency_p95_ms: float = Field(gt=0, le=600_000)
    error_rate_max: float = Field(default=0.01, ge=0, le=1)


class TokenPrice(Spec):
    """What a hosted model costs, in US dollars for a million tokens."""

    usd_per_million_input_tokens: float = Field(ge=0)
    usd_per_million_output_tokens: float = Field(ge=0)


class ModelSpec(Spec):
    """`models/NAME/model.yaml`."""

    description: str = Field(min_length=1, max_length=2_000)
    task: Task
    owner: str = Field(min_length=1, max_length=200, description="The team that answers for the model.")
    artifact: Artifact
    license: License
    engine: Engine
    needs: Needs
    objectives: Objectives
    price: TokenPrice | None = Field(default=None, description="Only for hosted models; a local one costs its machine.")
