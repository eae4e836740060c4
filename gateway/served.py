"""What a gateway serves: one immutable object, swapped whole on reload, so that a request sees one state only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from catalog.dotprompt import parse_variant
from catalog.entries import Variant
from catalog.model import Interface, Task, TokenPrice
from catalog.problem import CatalogError
from gateway.config import ConfigError, EndpointConfig, GatewayConfig, Limits, LogConfig, PromptConfig, read_config
from gateway.inputs import InputSchema, read_schema
from gateway.refusal import Refusal, bad_request, unknown


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model that answers, and where. `url` has no slash at its end."""

    name: str
    url: str
    task: Task
    interface: Interface
    digest: str
    license: str
    price: TokenPrice | None


@dataclass(frozen=True, slots=True)
class ServedVariant:
    """A text of a prompt, parsed; the model that answers it; what its inputs have to be."""

    variant: Variant
    endpoint: Endpoint
    inputs: InputSchema


@dataclass(frozen=True, slots=True)
class ServedPrompt:
    """A prompt by name. `shares` add up to 1 and name variants that are there."""

    name: str
    live: str
    shares: Mapping[str, float]
    variants: Mapping[str, ServedVariant]


@dataclass(frozen=True, slots=True)
class Served:
    """Everything that the file says. `digest` is that of the file's bytes."""

    stack: str
    digest: str
    endpoints: Mapping[str, Endpoint]
    prompts: Mapping[str, ServedPrompt]
    limits: Limits
    log: LogConfig
    machine_usd_per_hour: float | None

    def generator(self, name: object) -> Endpoint:
        """The language model of that name. Raises Refusal: 404 if there is none, 400 if it is no language model."""
        if not isinstance(name, str) or not name:
            raise bad_request(
                f"The body needs a 'model'. Served here: {', '.join(sorted(self.endpoints))}.", param="model"
            )
        endpoint = self.endpoints.get(name)
        if endpoint is None:
            raise unknown("model", name, self.endpoints, param="model")
        if endpoint.task is not Task.text_generation:
            raise bad_request(
                f"'{name}' is a tabular model; ask it at POST /v1/models/{name}/predict.",
                param="model",
                code="wrong_task",
            )
        return endpoint

    def predictor(self, name: str) -> Endpoint:
        """The tabular model of that name. Raises Refusal: 404 if there is none, 400 if it is a language model."""
        endpoint = self.endpoints.get(name)
        if endpoint is None:
            raise unknown("model", name, self.endpoints)
        if endpoint.task is Task.text_generation:
            raise bad_request(f"'{name}' is a language model; ask it at POST /v1/completions.", code="wrong_task")
        return endpoint

    def prompt(self, name: str) -> ServedPrompt:
        """The prompt of that name; Refusal 404 if there is none."""
        prompt = self.prompts.get(name)
        if prompt is None:
            raise unknown("prompt", name, self.prompts)
        return prompt


def load_served(path: Path) -> Served:
    """What a file says. Raises ConfigError with every mistake in it, a line each."""
    config, digest = read_config(path)
    return build_served(config, digest)


def build_served(config: GatewayConfig, digest: str) -> Served:
    """What a parsed file says. Raises ConfigError for a prompt that cannot be parsed, is not the one that its digest
    names, or asks a model that is not served."""
    endpoints = {name: _endpoint(name, one) for name, one in config.endpoints.items()}
    mistakes: list[str] = []
    prompts = {name: _prompt(name, one, endpoints, mistakes) for name, one in config.prompts.items()}
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return Served(
        stack=config.stack,
        digest=digest,
        endpoints=MappingProxyType(endpoints),
        prompts=MappingProxyType(prompts),
        limits=config.limits,
        log=config.log,
        machine_usd_per_hour=config.machine_usd_per_hour,
    )


def _endpoint(name: str, one: EndpointConfig) -> Endpoint:
    return Endpoint(name, one.url.rstrip("/"), one.task, one.interface, one.digest or "", one.license or "", one.price)


def _prompt(name: str, config: PromptConfig, endpoints: Mapping[str, Endpoint], mistakes: list[str]) -> ServedPrompt:
    variants = {}
    for variant in config.variants:
        try:
            variants[variant] = _variant(name, variant, config, endpoints)
        except (ConfigError, CatalogError) as error:
            mistakes.extend(f"prompts.{name}.variants.{variant}: {line}" for line in str(error).splitlines())
    shares = {variant: share for variant, share in config.shares.items() if share > 0}
    return ServedPrompt(name, config.live, MappingProxyType(shares), MappingProxyType(variants))


def _variant(prompt: str, name: str, config: PromptConfig, endpoints: Mapping[str, Endpoint]) -> ServedVariant:
    given = config.variants[name]
    variant = parse_variant(given.source, prompt=prompt, name=name, path=f"prompts/{prompt}/{name}.prompt")
    if variant.digest != given.digest:
        raise ConfigError(f"the text has digest {variant.digest}, but {given.digest} is asked for.")
    endpoint = endpoints.get(variant.spec.model)
    if endpoint is None:
        raise ConfigError(
            f"asks the model '{variant.spec.model}'; served are: {', '.join(sorted(endpoints)) or 'none'}."
        )
    if endpoint.task is not Task.text_generation:
        raise ConfigError(f"asks '{endpoint.name}', which is not a language model.")
    return ServedVariant(variant, endpoint, read_schema(variant))


def variants_of(served: Served) -> Iterator[tuple[ServedPrompt, str, ServedVariant]]:
    """Every variant with its prompt."""
    for prompt in served.prompts.values():
        for name, variant in prompt.variants.items():
            yield prompt, name, variant


def refuse_unknown_variant(prompt: ServedPrompt, variant: str) -> Refusal:
    """404 for a variant that the prompt has not."""
    return unknown("variant", variant, prompt.variants, param="variant")
