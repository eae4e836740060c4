from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.catalog_files import DIGEST, MODEL, problems_of

HOSTED = (
    MODEL.replace("source: pypi:some-model@1.0", "source: https://api.example.com/v1")
    .replace("  file: model.gguf\n", "")
    .replace(f"  digest: {DIGEST}\n", "")
    .replace("format: gguf", "format: hosted")
    .replace("name: llama.cpp", "name: openai")
)


@pytest.mark.parametrize(
    "good",
    [
        MODEL,
        HOSTED,
        HOSTED + "price:\n  usd_per_million_input_tokens: 1\n  usd_per_million_output_tokens: 2\n",
        MODEL.replace("pypi:some-model@1.0\n  file: model.gguf", "file:model.gguf"),
    ],
)
def test_a_model_that_fits_together_has_no_problem(tmp_path: Path, good: str) -> None:
    assert (
        problems_of(
            tmp_path,
            {"models/small/model.yaml": good, "models/small/model.gguf": "x" if "file:model" in good else None},
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MODEL.replace(f"  digest: {DIGEST}\n", ""), ":5:3: 'artifact.digest' is missing; a model is pinned by it."),
        (MODEL.replace("  file: model.gguf\n", ""), ":5:3: 'artifact.file' is missing."),
        (
            HOSTED.replace("format: hosted", "file: x\n  format: hosted"),
            ":6:9: 'artifact.file' is only for pypi: sources.",
        ),
        (HOSTED.replace("https://api.example.com/v1", "file:x"), ":5:11: The engine 'openai' needs the https address"),
        (MODEL.replace("pypi:some-model@1.0", "https://x.org/m"), ":5:11: The engine 'llama.cpp' needs pypi:"),
        (
            MODEL.replace("format: gguf", "format: skops"),
            ":8:11: The engine 'llama.cpp' does not read the format 'skops'.",
        ),
        (
            MODEL.replace("interface: completions", "interface: predict"),
            ":14:14: The engine 'llama.cpp' has no interface 'predict'.",
        ),
        (
            MODEL.replace("task: text-generation", "task: tabular-classification"),
            ":2:7: The engine 'llama.cpp' does not do",
        ),
        (
            MODEL + "price:\n  usd_per_million_input_tokens: 1\n  usd_per_million_output_tokens: 2\n",
            ":20:3: A price is only for hosted models.",
        ),
        (
            MODEL.replace("pypi:some-model@1.0\n  file: model.gguf", "file:../../etc/passwd"),
            ":5:11: 'file:../../etc/passwd' leaves",
        ),
        (
            MODEL.replace("id: Apache-2.0", "id: apache-2.0"),
            ":10:7: 'apache-2.0' is no SPDX identifier. Write 'Apache-2.0'",
        ),
        (
            MODEL.replace("id: Apache-2.0", "id: Apache 2"),
            ":10:7: 'Apache 2' is no SPDX identifier. Write 'Apache-2.0'",
        ),
        (MODEL.replace("id: Apache-2.0", "id: Llama"), ":10:7: 'Llama' is no SPDX identifier. Write one of https"),
        (
            MODEL.replace("pypi:some-model@1.0\n  file: model.gguf", "file:/etc/passwd"),
            ":5:11: 'file:/etc/passwd' leaves",
        ),
    ],
)
def test_a_model_that_does_not_fit_together_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    found = [str(problem) for problem in problems_of(tmp_path, {"models/small/model.yaml": text})]
    assert any(line.startswith(f"models/small/model.yaml{expected}") for line in found), found
