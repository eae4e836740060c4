"""Releases are whole copies of what was proven."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatehouse.deploy import releases as module
from gatehouse.deploy.releases import Releases
from gatehouse.errors import UsageError
from tests.kit.small_repository import write_small_repository


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_small_repository(tmp_path)


def test_a_release_keeps_the_files_though_the_checkout_goes_on(root: Path) -> None:
    releases = Releases(root, "local")
    release = releases.keep(root, "sha256:1", "c0ffee", {"greet": "a"})
    (root / "prompts/greet/rollout.yaml").write_text("live: b\nowner: team-a\n")
    assert (releases.tree(release) / "prompts/greet/rollout.yaml").read_text().startswith("live: a")


def test_the_same_inputs_make_one_release(root: Path) -> None:
    releases = Releases(root, "local")
    first = releases.keep(root, "sha256:1", "c0ffee", {})
    assert releases.keep(root, "sha256:1", "c0ffee", {}) == first
    assert releases.all() == [first]


def test_going_back_means_the_newest_release_that_is_another(root: Path) -> None:
    releases = Releases(root, "local")
    releases.keep(root, "sha256:1", "c0ffee", {})
    second = releases.keep(root, "sha256:2", "c0ffee", {})
    releases.keep(root, "sha256:3", "c0ffee", {})
    assert releases.before_last() == second


def test_the_first_release_has_nothing_before_it(root: Path) -> None:
    releases = Releases(root, "local")
    assert releases.before_last() is None
    releases.keep(root, "sha256:1", "c0ffee", {})
    assert releases.before_last() is None


def test_a_release_that_was_cut_short_is_none(root: Path) -> None:
    releases = Releases(root, "local")
    release = releases.keep(root, "sha256:1", "c0ffee", {})
    (releases.tree(release) / "release.json").unlink()
    assert releases.all() == []


def test_an_unknown_release_names_those_that_there_are(root: Path) -> None:
    releases = Releases(root, "local")
    release = releases.keep(root, "sha256:1", "c0ffee", {})
    with pytest.raises(UsageError, match=release.id):
        releases.get("../../etc")


def test_only_the_newest_releases_are_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RELEASES_KEPT", 2)
    releases = Releases(root, "local")
    kept = [releases.keep(root, f"sha256:{n}", "c0ffee", {}) for n in range(4)]
    assert releases.all() == kept[2:]
