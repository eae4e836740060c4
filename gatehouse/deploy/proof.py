"""Asks the running system what it serves, and compares that with what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

import orjson

from catalog.entries import Catalog, Prompt, Stack
from catalog.model import Task
from gatehouse.errors import OutsideError

_SECONDS = 30.0
# Shares are fractions that went through JSON.
_SHARE_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Proof:
    """What was asked of the running stack, and every difference. Without differences it is proven."""

    asked: tuple[str, ...]
    differences: tuple[str, ...]
    served: Mapping[str, Any]

    @property
    def holds(self) -> bool:
        """Whether what is served is what was asked for."""
        return not self.differences


def differences(catalog: Catalog, stack: Stack, served: Mapping[str, Any]) -> list[str]:
    """Sentences, one for each model, variant or share that is not as the files say."""
    models = [_model_differs(catalog, choice.model, served) for choice in stack.spec.endpoints]
    prompts = [text for name in stack.spec.prompts for text in _prompt_differs(catalog.prompts[name], served)]
    wanted = set(stack.spec.prompts)
    extra = [f"prompt {name} is served, and no file asks for it" for name in served["prompts"] if name not in wanted]
    return [text for text in (*models, *prompts, *extra) if text]


def _model_differs(catalog: Catalog, name: str, served: Mapping[str, Any]) -> str | None:
    there = served["models"].get(name)
    wanted = catalog.models[name].spec.artifact.digest
    if there is None:
        return f"model {name} is not served"
    if there["digest"] != wanted:
        return f"model {name} is served from {there['digest']}, and the file pins {wanted}"
    return None if there["healthy"] else f"model {name} does not answer at {there['url']}"


def _prompt_differs(prompt: Prompt, served: Mapping[str, Any]) -> Iterator[str]:
    there = served["prompts"].get(prompt.name)
    if there is None:
        yield f"prompt {prompt.name} is not served"
        return
    if there["live"] != prompt.rollout.live:
        yield f"prompt {prompt.name} serves {there['live']}, and its rollout says {prompt.rollout.live}"
    for variant, share in prompt.rollout.shares.items():
        if abs(there["shares"].get(variant, 0.0) - share) > _SHARE_TOLERANCE:
            yield f"prompt {prompt.name}: {variant} has the share {there['shares'].get(variant, 0.0):g}, not {share:g}"
        if there["variants"].get(variant) != prompt.variants[variant].digest:
            yield f"prompt {prompt.name}: what is served as {variant} is not the file's text"
    for variant in there["shares"]:
        if variant not in prompt.rollout.shares:
            yield f"prompt {prompt.name}: {variant} is served, and its rollout does not name it"


def prove(catalog: Catalog, stack: Stack, gateway_url: str) -> Proof:
    """Ask the gateway at `gateway_url` what it serves, and put one real request to every prompt and tabular model.

    Raises `OutsideError` when the gateway does not answer at all.
    """
    served = _get(f"{gateway_url}/-/served")
    found = differences(catalog, stack, served)
    asked = []
    for path, body in _probes(catalog, stack):
        asked.append(path)
        if reason := _refused(gateway_url + path, body):
            found.append(f"{path} does not answer: {reason}")
    return Proof(tuple(asked), tuple(found), served)


def _probes(catalog: Catalog, stack: Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first case of each suite, put to what it evaluates: every served variant, every tabular model."""
    for name in stack.spec.prompts:
        prompt = catalog.prompts[name]
        if prompt.suite:
            for variant in prompt.rollout.shares:
                yield f"/v1/prompts/{name}", {"inputs": dict(prompt.suite.cases[0].vars), "variant": variant}
    for choice in stack.spec.endpoints:
        model = catalog.models[choice.model]
        if model.suite and model.spec.task is Task.tabular_classification:
            yield f"/v1/models/{model.name}/predict", {"inputs": [dict(model.suite.cases[0].vars)]}


def _is_told(served: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(served, dict) and all(isinstance(served.get(kind), dict) for kind in ("models", "prompts"))


def _get(url: str) -> dict[str, Any]:
    from http.client import HTTPException
    from urllib.request import urlopen

    try:
        with urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the stack's own output, always http
            served = orjson.loads(answer.read())
        if not _is_told(served):
            raise ValueError("what answers there is no gateway of ours")
        return served
    except (HTTPException, OSError, ValueError) as error:
        raise OutsideError(
            f"The gateway does not answer at {url}: {error}.", "See its log: `gatehouse status`."
        ) from None


def _refused(url: str, body: Mapping[str, Any]) -> str | None:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    request = Request(url, orjson.dumps(body), {"Content-Type": "application/json"})  # noqa: S310 - as above
    try:
        with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - as above
            answer.read()
    except HTTPError as error:
        return f"HTTP {error.code}: {error.read(300).decode(errors='replace')}"
    except (HTTPException, OSError) as error:
        return str(error) or type(error).__name__
    return None
