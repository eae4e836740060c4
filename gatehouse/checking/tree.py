"""The base of a change: its files as they stand in a commit, apart from the working tree."""

from __future__ import annotations

import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.entries import Catalog
from catalog.loader import load_catalog
from catalog.problem import CatalogError
from gatehouse.errors import UsageError

# A revision never begins with a dash, so it cannot be read as an option.
_REVISION = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9_./@^~{}-]{0,250}\Z")


def git(root: Path, *arguments: str) -> str:
    """The output of a git command in the checkout. `UsageError` with git's own words when it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, errors="replace", check=False
        )
    except FileNotFoundError:
        raise UsageError("git is not installed.", "Install it; Gatehouse compares commits.") from None
    if done.returncode:
        raise UsageError(f"git {arguments[0]} failed in {root}: {done.stderr.strip()}")
    return done.stdout.strip()


def commit_of(root: Path, revision: str) -> str:
    """The 40 digits of a branch, tag or commit."""
    if not _REVISION.match(revision):
        raise UsageError(f"'{revision[:100]}' is not a git revision.", "Give a branch, a tag or a commit.")
    try:
        return git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except UsageError:
        branches = ", ".join(git(root, "branch", "--format=%(refname:short)").splitlines()[:10]) or "none"
        raise UsageError(
            f"There is no commit '{revision}' in {root}.", f"Branches here: {branches}. Fetch it, or name another."
        ) from None


def head_of(root: Path) -> str:
    """The commit that is checked out; `-dirty` at the end when files differ from it."""
    commit = commit_of(root, "HEAD")
    return f"{commit}-dirty" if git(root, "status", "--porcelain", "--untracked-files=normal") else commit


@contextmanager
def base_tree(root: Path, revision: str) -> Iterator[Path]:
    """The files of a commit in a folder that is gone afterwards. Nothing of the commit is run: no hook, no filter."""
    commit = commit_of(root, revision)
    with tempfile.TemporaryDirectory(prefix="gatehouse-base-") as name:
        command = ["git", "-C", str(root), "archive", "--format=tar", commit]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE) as process,
            tarfile.open(fileobj=process.stdout, mode="r|") as archive,
        ):
            try:
                archive.extractall(name, filter="data")
            except tarfile.FilterError as error:
                raise UsageError(
                    f"Commit {commit[:12]} cannot be read: {error}.", "Remove that link from it."
                ) from None
            # An archive ends before git's padding does; closed too early, git would end by a broken pipe.
            while process.stdout and process.stdout.read(1 << 16):
                pass
        if process.returncode:
            raise UsageError(f"git could not read commit {commit[:12]}.")
        yield Path(name)


@contextmanager
def base_of(root: Path, revision: str | None) -> Iterator[tuple[Path | None, Catalog | None]]:
    """The base's files and its catalogue; none of both without a revision.

    A base that today's grammar refuses has no catalogue: head is then judged as something new.
    """
    if revision is None:
        yield None, None
        return
    with base_tree(root, revision) as tree:
        try:
            catalog = load_catalog(tree)
        except CatalogError:
            catalog = None
        yield tree, catalog


def changed_files(root: Path, revision: str) -> tuple[str, ...]:
    """Paths that differ between a commit and the working tree, new files included."""
    tracked = git(root, "diff", "--name-only", "-z", commit_of(root, revision)).split("\0")
    new = git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return tuple(sorted({path for path in (*tracked, *new) if path}))
