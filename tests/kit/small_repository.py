"""A whole Gatehouse repository, as small as it can be: one model, one prompt with two variants, one stack."""

from __future__ import annotations

from pathlib import Path

DIGEST = "sha256:" + "a" * 64

_MODEL = f"""
description: A model for tests.
task: text-generation
owner: team-a
artifact: {{source: "pypi:tiny@1.0", file: tiny.gguf, digest: "{DIGEST}", format: gguf}}
license: {{id: Apache-2.0, url: "https://www.apache.org/licenses/LICENSE-2.0"}}
engine: {{name: llama.cpp, interface: completions}}
needs: {{memory_mib: 64}}
objectives: {{latency_p95_ms: 1000}}
"""

_VARIANT = """---
model: tiny
config: {{maxOutputTokens: 4}}
input:
  schema:
    name: string
---
{greeting} {{{{{{name}}}}}}
"""

_SUITE = """
tests:
  - vars: {name: Ada}
    assert: [{type: icontains, value: ada}]
"""

_STACK = """
config:
  gatehouse:target: local
  gatehouse:endpoints: [{model: tiny}]
  gatehouse:prompts: [greet]
  gatehouse:budget: {usd_per_month: 50, owner: team-a}
  gatehouse:labels: {cost-centre: team-a, environment: test}
"""


def write_small_repository(root: Path, *, live: str = "a") -> Path:
    """Write the files; variants `a` and `b` differ in one word. Returns the root."""
    files = {
        "models/tiny/model.yaml": _MODEL,
        "models/tiny/card.md": "# tiny\n",
        "prompts/greet/a.prompt": _VARIANT.format(greeting="Hello"),
        "prompts/greet/b.prompt": _VARIANT.format(greeting="Good day"),
        "prompts/greet/rollout.yaml": f"live: {live}\nowner: team-a\n",
        "prompts/greet/evals.yaml": _SUITE,
        "stacks/Pulumi.local.yaml": _STACK,
        "Pulumi.yaml": "name: gatehouse\nruntime: python\nstackConfigDir: stacks\n",
        "__main__.py": "",
    }
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip("\n"), encoding="utf-8")
    return root
