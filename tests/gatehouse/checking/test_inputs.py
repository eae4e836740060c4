"""A digest changes with everything that decides what a stack is, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.loader import load_catalog
from gatehouse.checking import inputs
from tests.kit.small_repository import write_small_repository


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_small_repository(tmp_path)


def _digest(root: Path) -> str:
    return inputs.stack_digest(load_catalog(root), "local", inputs.code_digest(root))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("models/tiny/model.yaml", "memory_mib: 64", "memory_mib: 65"),
        ("prompts/greet/a.prompt", "Hello", "Hullo"),
        ("prompts/greet/rollout.yaml", "live: a", "live: b"),
        ("prompts/greet/evals.yaml", "value: ada", "value: eve"),
        ("stacks/Pulumi.local.yaml", "usd_per_month: 50", "usd_per_month: 51"),
        ("Pulumi.yaml", "name: gatehouse", "name: gatehause"),
    ],
)
def test_a_changed_input_changes_the_digest(root: Path, path: str, old: str, new: str) -> None:
    before = _digest(root)
    file = root / path
    file.write_text(file.read_text().replace(old, new))
    assert _digest(root) != before


def test_code_changes_the_digest(root: Path) -> None:
    before = _digest(root)
    (root / "components").mkdir()
    (root / "components/endpoint.py").write_text("x = 1\n")
    assert _digest(root) != before


def test_documentation_and_compiled_code_change_nothing(root: Path) -> None:
    before = _digest(root)
    (root / "README.md").write_text("new\n")
    (root / "models/tiny/card.md").write_text("new\n")
    (root / "components/__pycache__").mkdir(parents=True)
    (root / "components/__pycache__/endpoint.pyc").write_bytes(b"x")
    assert _digest(root) == before


def test_the_same_files_elsewhere_have_the_same_digest(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert _digest(write_small_repository(tmp_path_factory.mktemp("elsewhere"))) == _digest(root)
