from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalog import folders
from tests.kit.catalog_files import FILES, MODEL, problems_of, write_files


@pytest.mark.parametrize("name", [b"odd\xff.txt", b"line\nbreak.txt", b"\x1b[31mred.txt"])
def test_a_name_that_is_no_text_can_be_reported(tmp_path: Path, name: bytes) -> None:
    root = write_files(tmp_path)
    Path(os.fsdecode(os.fsencode(root / "prompts" / "routing") + b"/" + name)).write_text("x")
    (problem,) = problems_of(root)
    assert problem.message == "Nothing uses this file."
    assert str(problem).isprintable()
    str(problem).encode()


@pytest.mark.parametrize(
    "path", ["models/small/model.yaml", "prompts/routing/v1.prompt", "stacks/Pulumi.dev.yaml", "models/small", "models"]
)
def test_a_link_is_never_followed(tmp_path: Path, path: str) -> None:
    root = write_files(tmp_path / "root")
    moved = tmp_path / "outside"
    (root / path).rename(moved)
    (root / path).symlink_to(moved)
    problems = problems_of(root, dict.fromkeys(FILES))
    assert any(p.path == path and "symbolic link" in p.message.lower() for p in problems), problems


def test_a_pipe_does_not_hang_the_loader(tmp_path: Path) -> None:
    root = write_files(tmp_path, {"models/small/model.yaml": None, "models/small/card.md": "x"})
    os.mkfifo(root / "models" / "small" / "model.yaml")
    problems = problems_of(root, dict.fromkeys(FILES))
    assert "The file model.yaml is missing." in [problem.message for problem in problems]


def test_the_number_of_folders_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_FOLDERS", 3)
    for index in range(5):
        write_files(tmp_path, {f"prompts/p{index}/README.md": "x"})
    assert any("more than 3 entries" in problem.message for problem in problems_of(tmp_path))


def test_files_of_a_model_that_cannot_be_read_are_not_called_unused(tmp_path: Path) -> None:
    changes: dict[str, str | bytes | None] = {
        "models/small/model.yaml": MODEL.replace("owner", "ownr"),
        "models/small/model.gguf": "x",
        "prompts/routing/evals.yaml": "tsts: file://cases.csv\n",
        "prompts/routing/cases.csv": "x",
    }
    assert {p.path for p in problems_of(tmp_path, changes)} == {"models/small/model.yaml", "prompts/routing/evals.yaml"}


def test_an_empty_folder_that_git_left_behind_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "models" / "gone").mkdir(parents=True)
    assert problems_of(tmp_path) == []


def test_documents_and_hidden_files_are_welcome(tmp_path: Path) -> None:
    changes: dict[str, str | bytes | None] = {
        "models/README.md": "x",
        "models/small/card.md": "x",
        "models/small/LICENSE": "x",
        "prompts/routing/.gitkeep": "",
        "stacks/README.md": "x",
    }
    assert problems_of(tmp_path, changes) == []
