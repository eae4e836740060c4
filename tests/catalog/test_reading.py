from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalog.reading import read_text
from catalog.report import Report


def read(path: Path, content: bytes, *, bom: bool = False) -> tuple[str | None, list[str]]:
    file = path / "a.csv"
    file.write_bytes(content)
    report = Report("a.csv")
    return read_text(file, report, max_bytes=100, bom=bom), [str(problem) for problem in report.problems]


@pytest.mark.parametrize("text", ["", "a\n", "tab\tis fine\r\n", "日本語 é 👩‍💻"])
def test_clean_text_is_read(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text.encode()) == (text, [])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"one\ntwo \xff", "a.csv:2:1: The file is not UTF-8."),
        (b"\xff\xfea\x00", "a.csv:1:1: The file is not UTF-8."),
        (b"\xef\xbb\xbfa", "a.csv:1:1: The file starts with a byte order mark."),
        (b"one\nab\x00c", "a.csv:2:3: The control character U+0000 is not allowed."),
        (b"\x1b[31m", "a.csv:1:1: The control character U+001B is not allowed."),
        (b"x" * 101, "a.csv: The file is larger than 100 bytes."),
    ],
)
def test_other_files_are_refused_with_their_place(tmp_path: Path, content: bytes, expected: str) -> None:
    text, (problem,) = read(tmp_path, content)
    assert text is None
    assert problem.startswith(expected)


def test_the_mark_that_spreadsheets_write_can_be_allowed(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa,b", bom=True) == ("a,b", [])


@pytest.mark.parametrize("name", ["link", "absent", ".", "pipe"])
def test_only_plain_files_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    report = Report(name)
    assert read_text(tmp_path / name, report) is None
    assert "cannot be read" in str(report.problems[0]) or "no plain file" in str(report.problems[0])
