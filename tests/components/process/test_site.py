"""Where a stack's processes live."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from components.process import site as site_module
from components.process.site import Site

LONGEST_SOCKET_PATH = 107


def test_stacks_and_checkouts_never_share_a_key() -> None:
    sites = [Site(Path("/a"), "one"), Site(Path("/a"), "two"), Site(Path("/b"), "one")]
    assert len({site.key for site in sites}) == 3


def test_the_sockets_path_is_short_however_deep_the_checkout() -> None:
    deep = Site(Path("/", *["folder"] * 60), "x" * 60)
    assert len(os.fsencode(deep.socket)) < LONGEST_SOCKET_PATH


def test_the_folder_of_the_socket_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_module, "SOCKETS", tmp_path)
    site = Site(tmp_path / "checkout", "local")
    site.prepare()
    assert site.socket_dir.stat().st_mode & 0o777 == 0o700


def test_a_socket_folder_that_others_can_open_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_module, "SOCKETS", tmp_path)
    site = Site(tmp_path / "checkout", "local")
    site.socket_dir.parent.mkdir()
    site.socket_dir.parent.chmod(0o755)
    with pytest.raises(PermissionError, match="only you can open"):
        site.prepare()


def test_a_link_in_place_of_the_socket_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_module, "SOCKETS", tmp_path)
    site = Site(tmp_path / "checkout", "local")
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    site.socket_dir.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="only you can open"):
        site.prepare()
