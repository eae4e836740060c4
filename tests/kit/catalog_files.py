"""The smallest repository that loads, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from catalog.loader import load_catalog
from catalog.problem import CatalogError, Problem

DIGEST = "sha256:" + "a" * 64

MODEL = f"""\
description: A model.
task: text-generation
owner: us
artifact:
  source: pypi:some-model@1.0
  file: model.gguf
  digest: {DIGEST}
  format: gguf
license:
  id: Apache-2.0
  url: https://example.com/license
engine:
  name: llama.cpp
  interface: completions
needs:
  memory_mib: 512
objectives:
  latency_p95_ms: 1000
"""

VARIANT = """\
---
model: small
input:
  schema:
    ticket: string, what the customer wrote
---
Route the ticket.

Ticket: {{ticket}}
Team:
"""

SUITE = """\
tests:
  - vars: {ticket: I was charged twice}
    assert:
      - {type: equals, value: billing}
  - vars: {ticket: It crashes}
    assert:
      - {type: equals, value: technical}
"""

STACK = """\
config:
  gatehouse:target: local
  gatehouse:endpoints:
    - model: small
  gatehouse:prompts:
    - routing
  gatehouse:budget:
    usd_per_month: 50
    owner: us
"""

FILES: Mapping[str, str] = {
    "models/small/model.yaml": MODEL,
    "prompts/routing/v1.prompt": VARIANT,
    "prompts/routing/rollout.yaml": "live: v1\nowner: us\n",
    "prompts/routing/evals.yaml": SUITE,
    "stacks/Pulumi.dev.yaml": STACK,
}


def write_files(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """The repository with some files changed, added, or (with none) left out."""
    files: dict[str, str | bytes | None] = {**FILES, **(changes or {})}
    for path, content in files.items():
        if content is not None:
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def problems_of(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> list[Problem]:
    """What is wrong with the repository after the changes."""
    write_files(root, changes)
    try:
        load_catalog(root)
    except CatalogError as error:
        return list(error.problems)
    return []


def problem_of(root: Path, changes: Mapping[str, str | bytes | None]) -> Problem:
    """The one thing that is wrong with the repository after the changes."""
    problems = problems_of(root, changes)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]
