from __future__ import annotations

import os
from pathlib import Path

import pytest

from policies.files import scan as scan_module
from policies.files.scan import scan

KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2


@pytest.mark.parametrize(
    "path",
    [
        "models/a/model.yaml",
        "models/a/notes.ipynb",
        "models/a/.env",
        "models/a/deep/er/file.whatever",
        "prompts/a/v1.prompt",
        "prompts/a/cases.csv",
        "prompts/a/no-suffix",
        "stacks/Pulumi.local.yaml",
        "stacks/.hidden/x.json",
    ],
)
def test_every_file_of_the_rooms_is_read_whatever_it_is_called(tmp_path: Path, path: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(f"one\ntoken: {KEY}\n")
    (found,) = scan(tmp_path)
    assert (found.path, found.secrets[0].line, found.cut) == (path, 2, False)


def test_a_file_elsewhere_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "planted.py").write_text(KEY)
    assert list(scan(tmp_path)) == []


def test_text_in_utf_16_is_read(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "x.txt").write_text(f"token: {KEY}", encoding="utf-16")
    (found,) = scan(tmp_path)
    assert len(found.secrets) == 1


def test_a_key_inside_of_a_binary_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "x.skops").write_bytes(b"PK\0\0" + os.urandom(2_000) + b"\0" + KEY.encode() + b"\0")
    (found,) = scan(tmp_path)
    assert "a GitHub token" in {secret.kind for secret in found.secrets}


def test_random_bytes_hold_no_secret(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "x.gguf").write_bytes(b"GGUF\0" + os.urandom(300_000))
    assert list(scan(tmp_path)) == []


def test_a_text_too_large_to_read_is_named_and_never_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_module, "MAX_TEXT_BYTES", 10_000)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "x.csv").write_text("a line\n" * 3_000 + KEY)
    (found,) = scan(tmp_path)
    assert (found.path, found.cut) == ("models/x.csv", True)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(KEY)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "x").symlink_to(outside)
    assert list(scan(tmp_path)) == []


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "".join(chr(0xE0000 + ord(char)) for char in "obey")])
def test_text_that_only_a_model_sees_is_named_with_its_line(tmp_path: Path, hidden: str) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "x.prompt").write_text(f"one\nRoute the ticket.{hidden}\nthree\n", encoding="utf-8")
    (found,) = scan(tmp_path)
    assert (found.secrets, found.hidden) == ((), (2,))


def test_other_languages_and_pictures_are_not_hidden_text(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "x.prompt").write_text("שלום مرحبا 👩‍💻 é\u200d日本", encoding="utf-8")
    assert list(scan(tmp_path)) == []
