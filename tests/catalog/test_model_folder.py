"""One model's folder, read alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.model_folder import read_model
from catalog.problem import CatalogError
from tests.kit.small_repository import write_small_repository


def test_a_model_is_read_as_the_whole_catalogue_would(tmp_path: Path) -> None:
    from catalog.loader import load_catalog

    write_small_repository(tmp_path)
    assert read_model(tmp_path / "models" / "tiny") == load_catalog(tmp_path).models["tiny"].spec


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    write_small_repository(tmp_path)
    file = tmp_path / "models" / "tiny" / "model.yaml"
    file.write_text(
        file.read_text().replace("owner: team-a", "ownr: team-a").replace("memory_mib: 64", "memory_mib: x")
    )
    with pytest.raises(CatalogError) as raised:
        read_model(file.parent)
    assert len(raised.value.problems) == 2
    assert all(problem.line for problem in raised.value.problems)


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"model\.yaml"):
        read_model(tmp_path)
