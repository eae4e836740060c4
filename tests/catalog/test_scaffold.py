from __future__ import annotations

from pathlib import Path

import pytest

from catalog.loader import load_catalog
from catalog.model import EngineName, Interface
from catalog.scaffold import Bytes, model_files, prompt_files, stack_files

OWNERS = ["your-team", "true", "12", "a: b", 'it\'s "us"', "{x}", "- y", "Ä & Ö", "null", " padded "]


def written(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("owner", OWNERS)
def test_everything_that_is_scaffolded_loads_as_it_is(tmp_path: Path, owner: str) -> None:
    files = model_files("hosted", owner, None) | prompt_files("tone", owner, "hosted")
    files |= stack_files("dev", owner, ["hosted"], ["tone"])
    catalog = load_catalog(written(tmp_path, files))
    assert catalog.models["hosted"].spec.owner == owner
    assert catalog.prompts["tone"].rollout.owner == owner
    assert catalog.stacks["dev"].spec.budget.owner == owner
    suite = catalog.prompts["tone"].suite
    assert suite is not None
    assert len(suite.cases) == 3


@pytest.mark.parametrize(
    ("suffix", "engine", "interface"),
    [("gguf", EngineName.llama_cpp, Interface.completions), ("skops", EngineName.scikit_learn, Interface.predict)],
)
def test_a_model_with_a_file_is_pinned_by_its_digest(
    tmp_path: Path, suffix: str, engine: EngineName, interface: Interface
) -> None:
    content = Bytes(f"model.{suffix}", "sha256:" + "b" * 64, engine)
    written(tmp_path, model_files("own", "us", content)).joinpath(f"models/own/model.{suffix}").write_bytes(b"x")
    spec = load_catalog(tmp_path).models["own"].spec
    assert (spec.artifact.digest, spec.engine.name, spec.engine.interface) == (content.digest, engine, interface)


def test_a_stack_without_prompts_loads(tmp_path: Path) -> None:
    files = model_files("hosted", "us", None) | stack_files("dev", "us", ["hosted"], [])
    assert load_catalog(written(tmp_path, files)).stacks["dev"].spec.prompts == ()
