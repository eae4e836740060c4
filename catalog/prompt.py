"""A prompt: variants in dotprompt format, and the rollout that says which of them is live."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from catalog.spec import Name, Spec


class GenerationConfig(Spec):
    """How the model generates, in dotprompt's names."""

    temperature: float = Field(default=0.0, ge=0, le=2)
    topP: float | None = Field(default=None, gt=0, le=1)
    topK: int | None = Field(default=None, ge=1, le=1_000)
    maxOutputTokens: int = Field(default=256, ge=1, le=32_768)
    stopSequences: tuple[str, ...] = Field(default=(), max_length=8)
    seed: int = Field(default=0, ge=0)


class InputSpec(Spec):
    """The variables of the template: a picoschema or JSON Schema, and defaults."""

    schema_: dict[str, Any] = Field(default_factory=dict, alias="schema")
    default: dict[str, Any] = Field(default_factory=dict)


class OutputSpec(Spec):
    """What the answer looks like."""

    format: str = Field(default="text", pattern=r"^(text|json)$")
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class PromptSpec(Spec):
    """The front matter of `prompts/NAME/VARIANT.prompt`."""

    model: Name = Field(description="The folder under models/ that answers this prompt.")
    description: str = Field(default="", max_length=2_000)
    config: GenerationConfig = GenerationConfig()
    input: InputSpec = InputSpec()
    output: OutputSpec = OutputSpec()


class Candidate(Spec):
    """A variant on trial, with its share of the traffic."""

    variant: Name
    share: float = Field(gt=0, lt=1, description="Part of the requests, above 0 and below 1.")


class RolloutSpec(Spec):
    """`prompts/NAME/rollout.yaml`: roll a prompt back by changing `live`."""

    live: Name
    candidates: tuple[Candidate, ...] = Field(default=(), max_length=16)
    owner: str = Field(min_length=1, max_length=200, description="The team that answers for the prompt.")

    @model_validator(mode="after")
    def _shares_leave_something_for_the_live_variant(self) -> RolloutSpec:
        names = [candidate.variant for candidate in self.candidates]
        if self.live in names or len(set(names)) != len(names):
            raise ValueError("a variant stands in a rollout once, either live or as a candidate")
        if sum(candidate.share for candidate in self.candidates) >= 1:
            raise ValueError("the candidates' shares add up to less than 1, so that the live variant keeps some")
        return self

    @property
    def shares(self) -> dict[str, float]:
        """Every served variant with its share; they add up to 1."""
        shares = {candidate.variant: candidate.share for candidate in self.candidates}
        return {self.live: 1.0 - sum(shares.values()), **shares}
