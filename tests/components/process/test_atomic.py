"""Folders that are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.process.atomic import copy_folder


def test_a_copy_that_lacks_a_file_is_not_there_at_all(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a").write_text("a")
    with pytest.raises(FileNotFoundError):
        copy_folder(tmp_path / "source", ["a", "missing"], tmp_path / "copies" / "target")
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_link_is_copied_as_a_link_so_that_its_server_can_refuse_it(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a").symlink_to("/etc/passwd")
    copy_folder(tmp_path / "source", ["a"], tmp_path / "target")
    assert (tmp_path / "target" / "a").is_symlink()


def test_a_copy_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "source" / "deep").mkdir(parents=True)
    (tmp_path / "source" / "deep" / "a").write_text("first")
    copy_folder(tmp_path / "source", ["deep/a"], tmp_path / "target")
    (tmp_path / "source" / "deep" / "a").write_text("second")
    copy_folder(tmp_path / "source", ["deep/a"], tmp_path / "target")
    assert (tmp_path / "target" / "deep" / "a").read_text() == "first"
