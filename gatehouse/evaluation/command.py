"""What `gatehouse eval` does: two catalogues, what is touched, the evaluations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from catalog.loader import load_catalog
from catalog.touched import touched
from gatehouse.checking.tree import base_of
from gatehouse.errors import UsageError
from gatehouse.evaluation.gathering import Progress
from gatehouse.evaluation.run import Evaluated, evaluate
from gatehouse.evaluation.trials import narrowed


@dataclass(frozen=True)
class Question:
    """What to evaluate, and where models answer."""

    root: Path
    base: str | None
    prompts: tuple[str, ...]
    models: tuple[str, ...]
    addresses: Mapping[str, str]
    api_key_env: str | None


def run(question: Question, progress: Progress) -> list[Evaluated]:
    """Evaluate. Raises CatalogError for wrong files, UsageError for names that do not exist, OutsideError."""
    head = load_catalog(question.root)
    _check_names("prompt", question.prompts, head.prompts)
    _check_names("model", question.models, head.models)
    with base_of(question.root, question.base) as (_, base):
        change = narrowed(head, touched(base, head), question.prompts, question.models)
        return evaluate(
            head,
            base,
            change,
            addresses=question.addresses,
            api_key_env=question.api_key_env,
            progress=progress,
        )


def _check_names(kind: str, names: Iterable[str], known: Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(sorted(known)) or 'none'}."
            raise UsageError(f"There is no {kind} '{name[:100]}'.", hint)
