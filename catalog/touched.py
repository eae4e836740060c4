"""What a change touches, by content: nothing else has to be run again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from catalog.entries import Catalog, Model

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Touched:
    """Names at the head whose content, or what it rests on, is not the base's; and names that are gone."""

    models: frozenset[str]
    prompts: frozenset[str]
    stacks: frozenset[str]
    removed_models: frozenset[str] = frozenset()
    removed_prompts: frozenset[str] = frozenset()
    removed_stacks: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def touched(base: Catalog | None, head: Catalog) -> Touched:
    """Compare two catalogues; without a base, everything is touched.

    A prompt is touched by its folder and by its models, a stack by its file, its models and its prompts.
    """
    if base is None:
        return Touched(frozenset(head.models), frozenset(head.prompts), frozenset(head.stacks))
    # A suite belongs to what is evaluated, not to what is served: a new case updates no stack.
    served_models = _changed(base.models, head.models, lambda model: model.digest)
    models = served_models | _changed(base.models, head.models, _suite_digest)
    by_model = {name for name, prompt in head.prompts.items() if prompt.models & served_models}
    prompts = by_model | _changed(base.prompts, head.prompts, lambda prompt: prompt.digest)
    served_prompts = by_model | _changed(base.prompts, head.prompts, lambda prompt: prompt.served_digest)
    stacks = _changed(base.stacks, head.stacks, lambda stack: stack.digest)
    stacks |= {
        name
        for name, stack in head.stacks.items()
        if stack.models & served_models or served_prompts.intersection(stack.spec.prompts)
    }
    return Touched(
        frozenset(models),
        frozenset(prompts),
        frozenset(stacks),
        frozenset(base.models.keys() - head.models.keys()),
        frozenset(base.prompts.keys() - head.prompts.keys()),
        frozenset(base.stacks.keys() - head.stacks.keys()),
    )


def _changed(base: Mapping[str, E], head: Mapping[str, E], digest: Callable[[E], str | None]) -> set[str]:
    return {name for name, entry in head.items() if name not in base or digest(base[name]) != digest(entry)}


def _suite_digest(model: Model) -> str | None:
    return model.suite.digest if model.suite else None
