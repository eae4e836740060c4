"""A file is written whole, or stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.atomic import write


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "file", "text")
    assert (tmp_path / "deep" / "file").read_text() == "text"


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_file_has_the_rights_that_were_asked_for_also_over_an_old_one(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "file"
    file.touch(0o666)
    write(file, "text", mode=mode)
    assert file.stat().st_mode & 0o777 == mode


def test_text_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    write(tmp_path / "file", "old")
    with pytest.raises(UnicodeEncodeError):
        write(tmp_path / "file", "new \ud800")
    assert (tmp_path / "file").read_text() == "old"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_full_disk_leaves_the_old_file_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    write(file, "old")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
