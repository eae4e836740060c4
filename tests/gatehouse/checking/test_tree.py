"""The base of a change is read from its commit, never run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from gatehouse.checking.tree import base_tree, changed_files, commit_of, head_of
from gatehouse.errors import UsageError
from tests.kit.executables import executable
from tests.kit.scratch_repository import ScratchRepository


@pytest.fixture
def repository(tmp_path: Path) -> ScratchRepository:
    repository = ScratchRepository(tmp_path / "repository")
    repository.write("models/a/model.yaml", "before\n")
    repository.commit()
    return repository


def test_the_base_tree_holds_the_commit_and_not_the_working_tree(repository: ScratchRepository) -> None:
    repository.write("models/a/model.yaml", "after\n")
    with base_tree(repository.root, "main") as base:
        assert (base / "models/a/model.yaml").read_text() == "before\n"
        assert not (base / ".git").exists()


def test_the_padding_of_an_archive_is_read_to_its_end(
    repository: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git pads an archive after its last entry, and dies of a broken pipe when nobody reads that any more."""
    real = shutil.which("git")
    slow = f'case "$*" in *--format=tar*) "{real}" "$@" >"{tmp_path}/tar" || exit 1;; *) exec "{real}" "$@";; esac'
    padding = f'cat "{tmp_path}/tar"; sleep 0.3; head -c 1000000 /dev/zero'
    executable(tmp_path / "bin", "git", f"{slow}\n{padding}")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with base_tree(repository.root, "main") as base:
        assert (base / "models/a/model.yaml").is_file()


def test_the_base_tree_is_gone_afterwards(repository: ScratchRepository) -> None:
    with base_tree(repository.root, "main") as base:
        assert base.is_dir()
    assert not base.exists()


def test_a_hook_of_the_repository_is_not_run(repository: ScratchRepository, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    hook = repository.write(".git/hooks/post-checkout", f"#!/bin/sh\ntouch {canary}\n")
    hook.chmod(0o755)
    with base_tree(repository.root, "main"):
        pass
    assert not canary.exists()


def test_an_unknown_revision_names_the_branches_that_there_are(repository: ScratchRepository) -> None:
    with pytest.raises(UsageError, match=r"no commit 'mian'.*\n.*Branches here: main"):
        commit_of(repository.root, "mian")


@pytest.mark.parametrize("revision", ["--upload-pack=touch /tmp/x", "-h", "a b", "$(id)", "", "x" * 300, "main\n"])
def test_what_is_no_revision_never_reaches_git(repository: ScratchRepository, revision: str) -> None:
    with pytest.raises(UsageError, match="is not a git revision"):
        commit_of(repository.root, revision)


def test_the_head_says_when_files_differ_from_it(repository: ScratchRepository) -> None:
    clean = head_of(repository.root)
    repository.write("models/a/new.yaml", "x\n")
    assert head_of(repository.root) == f"{clean}-dirty"


def test_changed_files_name_edited_and_new_ones(repository: ScratchRepository) -> None:
    repository.write("models/a/model.yaml", "after\n")
    repository.write("models/a/ünïcode name.yaml", "x\n")
    assert changed_files(repository.root, "main") == ("models/a/model.yaml", "models/a/ünïcode name.yaml")


def test_a_folder_without_git_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        head_of(tmp_path)


def test_a_link_that_leads_out_of_the_commit_is_refused_in_words(repository: ScratchRepository) -> None:
    (repository.root / "models/a/link").symlink_to("/etc/passwd")
    repository.commit()
    with pytest.raises(UsageError, match="cannot be read"), base_tree(repository.root, "main"):
        pass
