"""What decides what is deployed, as one digest: the files that people chose and the code that builds them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from catalog.entries import Catalog

_CODE = ("__main__.py", "Pulumi.yaml", "uv.lock", "catalog", "components", "gateway", "policies")


def code_digest(root: Path) -> str:
    """Of the program, the policies, the price book and the locked dependencies."""
    return _digest(f"{path.relative_to(root)} {_file_digest(path)}" for name in _CODE for path in _files(root / name))


def stack_digest(catalog: Catalog, stack: str, code: str) -> str:
    """Of everything that one stack is made of: its file, what it serves, their suites, and the code."""
    entry = catalog.stacks[stack]
    models = [catalog.models[choice.model] for choice in entry.spec.endpoints]
    prompts = [catalog.prompts[name] for name in entry.spec.prompts]
    parts = [f"code {code}", f"stack {stack} {entry.digest}"]
    parts += [f"model {model.name} {model.digest}" for model in models]
    parts += [f"prompt {prompt.name} {prompt.digest}" for prompt in prompts]
    suites = [(item.name, item.suite) for item in models] + [(item.name, item.suite) for item in prompts]
    parts += [f"suite {name} {suite.digest}" for name, suite in suites if suite]
    return _digest(parts)


def digest_of_all(stacks: Iterable[str]) -> str:
    """Of every stack's digest together."""
    return _digest(stacks)


def _digest(lines: Iterable[str]) -> str:
    return "sha256:" + hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for child in path.rglob("*"):
        if child.is_file() and "__pycache__" not in child.parts:
            yield child


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
