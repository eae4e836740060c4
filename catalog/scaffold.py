"""The first files of a model, a prompt or a stack: they load as they are, and show what can be said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.model import EngineName, Interface

_SCHEMA = "# yaml-language-server: $schema={up}catalog/schemas/{name}.json\n"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./@-]*")


@dataclass(frozen=True, slots=True)
class Bytes:
    """A model's file: its name beside model.yaml, its digest, and what reads it."""

    file_name: str
    digest: str
    engine: EngineName


ENGINE_OF_SUFFIX: Mapping[str, EngineName] = {".gguf": EngineName.llama_cpp, ".skops": EngineName.scikit_learn}
_TASKS = {
    EngineName.llama_cpp: ("text-generation", Interface.completions, "gguf", 1024),
    EngineName.scikit_learn: ("tabular-classification", Interface.predict, "skops", 256),
    EngineName.openai: ("text-generation", Interface.chat, "hosted", 16),
}


def model_files(name: str, owner: str, content: Bytes | None) -> dict[str, str]:
    """The files of a model by path: hosted unless it has a file of its own."""
    engine = content.engine if content else EngineName.openai
    task, interface, format_, memory_mib = _TASKS[engine]
    if content is None:
        artifact = "  source: https://api.openai.com/v1  # any OpenAI-compatible address\n"
    else:
        artifact = f"  source: file:{content.file_name}\n  digest: {content.digest}\n"
    price = "price:\n  usd_per_million_input_tokens: 0.15\n  usd_per_million_output_tokens: 0.6\n"
    text = f"""\
description: What {name} is for, in one sentence.
task: {task}
owner: {_text(owner)}
artifact:
{artifact}  format: {format_}
license:
  id: LicenseRef-{name}  # an SPDX identifier such as Apache-2.0 if it has one
  url: https://example.com/terms-of-{name}
engine:
  name: {engine}
  interface: {interface}
needs:
  memory_mib: {memory_mib}
  cpu_cores: 1
objectives:
  latency_p95_ms: 2000
  error_rate_max: 0.01
"""
    return {f"models/{name}/model.yaml": _schema("../../", "model") + text + (price if content is None else "")}


def prompt_files(name: str, owner: str, model: str) -> dict[str, str]:
    """The files of a prompt by path: one variant, its rollout and a suite of three cases."""
    folder = f"prompts/{name}"
    return {
        f"{folder}/v1.prompt": _VARIANT.format(model=model),
        f"{folder}/rollout.yaml": _schema("../../", "rollout") + f"live: v1\nowner: {_text(owner)}\n",
        f"{folder}/evals.yaml": _schema("../../", "suite") + _SUITE,
    }


def stack_files(name: str, owner: str, models: Iterable[str], prompts: Iterable[str]) -> dict[str, str]:
    """The file of a stack by path."""
    served = "".join(f"    - model: {model}\n" for model in models)
    listed = "".join(f"    - {prompt}\n" for prompt in prompts)
    text = f"""\
config:
  gatehouse:target: local
  gatehouse:endpoints:
{served}{"  gatehouse:prompts:" + chr(10) + listed if listed else ""}  gatehouse:alarms:
    latency_p95_ms: 2000
    error_rate_max: 0.05
  gatehouse:budget:
    usd_per_month: 50
    owner: {_text(owner)}
  gatehouse:labels:
    cost-centre: {_text(owner)}
    environment: {name}
"""
    return {f"stacks/Pulumi.{name}.yaml": _schema("../", "stack") + text}


def _schema(up: str, name: str) -> str:
    return _SCHEMA.format(up=up, name=name)


def _text(words: str) -> str:
    """Text as YAML: quoted unless it is plainly a word."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    plain = _PLAIN.fullmatch(words) and words.strip() == words and words.lower() not in {"true", "false", "null"}
    return words if plain else f'"{escaped}"'


_VARIANT = """\
---
model: {model}
description: What the prompt does, in one sentence.
config:
  temperature: 0
  maxOutputTokens: 8
  stopSequences: ["\\n"]
input:
  schema:
    text: string, what the answer is about
---
Say whether the text is positive or negative.

Text: I love it.
Answer: positive

Text: {{{{text}}}}
Answer:
"""

_SUITE = """\
description: What a good answer is. At least 50 cases are needed before a small change can be told from chance.
defaultTest:
  threshold: 1
tests:
  - description: plain praise
    vars: {text: What a wonderful day.}
    assert:
      - {type: icontains, value: positive}
  - description: plain complaint
    vars: {text: The soup was cold and nobody cared.}
    assert:
      - {type: icontains, value: negative}
  - description: praise in few words
    vars: {text: Well done!}
    assert:
      - {type: icontains, value: positive}
gate:
  smallest_effect: 0.05
  alpha: 0.05
"""
