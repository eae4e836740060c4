"""A small repository with a prompt, its suite and a model, written as files, for tests of evaluations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

DIGEST = "sha256:" + "a" * 64


def model_file(**changes: Any) -> dict[str, Any]:
    """A language model's file, with some fields changed."""
    return {
        "description": "A model.",
        "task": "text-generation",
        "owner": "ml",
        "artifact": {"source": "pypi:some-model@1.0.0", "file": "m.gguf", "digest": DIGEST, "format": "gguf"},
        "license": {"id": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        "engine": {"name": "llama.cpp", "interface": "completions"},
        "needs": {"memory_mib": 64},
        "objectives": {"latency_p95_ms": 2000},
        **changes,
    }


def tabular_file(**changes: Any) -> dict[str, Any]:
    """A tabular model's file."""
    return model_file(
        task="tabular-classification",
        artifact={"source": "file:model.skops", "digest": DIGEST, "format": "skops"},
        engine={"name": "scikit-learn", "interface": "predict"},
        **changes,
    )


class EvaluatedRepository:
    """One model `small`, one prompt `routing` with the variant `v1`, a stack; change what a test is about."""

    def __init__(self, root: Path, cases: Sequence[dict[str, Any]], *, gate: dict[str, Any] | None = None) -> None:
        self.root = root
        self.write("Pulumi.yaml", "name: gatehouse\nruntime: python\n")
        self.model("small", model_file())
        self.variant("v1", "Route this ticket: {{ticket}}")
        self.rollout(live="v1")
        self.suite("prompts/routing", cases, gate=gate)
        self.stack(["small"], ["routing"])

    def write(self, path: str, text: str) -> Path:
        """Write one file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def model(self, name: str, content: dict[str, Any]) -> None:
        """Write a model's file."""
        self.write(f"models/{name}/model.yaml", yaml.safe_dump(content))

    def variant(self, name: str, body: str, *, model: str = "small", prompt: str = "routing", config: str = "") -> None:
        """Write a variant of a prompt."""
        self.write(f"prompts/{prompt}/{name}.prompt", f"---\nmodel: {model}\n{config}---\n{body}\n")

    def rollout(self, *, live: str, candidates: dict[str, float] | None = None, prompt: str = "routing") -> None:
        """Write which variants are served."""
        listed = [{"variant": name, "share": share} for name, share in (candidates or {}).items()]
        content = {"live": live, "owner": "support", "candidates": listed}
        self.write(f"prompts/{prompt}/rollout.yaml", yaml.safe_dump(content))

    def suite(self, folder: str, cases: Sequence[dict[str, Any]], *, gate: dict[str, Any] | None = None) -> None:
        """Write a suite; its cases go to a JSONL file."""
        content = {"tests": "file://cases.jsonl", **({"gate": gate} if gate else {})}
        self.write(f"{folder}/evals.yaml", yaml.safe_dump(content))
        self.write(f"{folder}/cases.jsonl", "".join(json.dumps(case) + "\n" for case in cases))

    def stack(self, models: Sequence[str], prompts: Sequence[str]) -> None:
        """Write the local stack."""
        config = {
            "gatehouse:target": "local",
            "gatehouse:endpoints": [{"model": model} for model in models],
            "gatehouse:prompts": list(prompts),
            "gatehouse:budget": {"usd_per_month": "10", "owner": "ml"},
        }
        self.write("stacks/Pulumi.local.yaml", yaml.safe_dump({"config": config}))


def tickets(count: int, expected: str = "billing") -> list[dict[str, Any]]:
    """So many cases `ticket N`, each of which expects the same word."""
    return [
        {
            "vars": {"ticket": f"ticket {n}"},
            "assert": [{"type": "equals", "value": expected}],
            "metadata": {"slice": "even" if n % 2 == 0 else "odd"},
        }
        for n in range(count)
    ]
