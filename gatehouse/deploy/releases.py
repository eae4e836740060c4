"""Releases: the files that a stack was last known to serve rightly, so that there is something to go back to."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from catalog.atomic import write
from gatehouse.errors import UsageError

RELEASES_KEPT = 20
_DATA = ("models", "prompts", "stacks")


@dataclass(frozen=True)
class Release:
    """What was proven to be served: `live` names each prompt's live variant."""

    id: str
    stack: str
    stack_digest: str
    commit: str
    created: str
    live: Mapping[str, str]
    rolled_back_to: str | None = None


class Releases:
    """The releases of one stack, oldest first, kept in the checkout."""

    def __init__(self, root: Path, stack: str) -> None:
        self._root = root
        self._stack = stack
        self._folder = root / ".gatehouse" / "releases" / stack

    def all(self) -> list[Release]:
        """Every release that is whole; one whose writing was cut short has no release.json."""
        found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self._folder.glob("*/release.json"))]
        return [Release(**entry) for entry in found]

    def last(self) -> Release | None:
        """The newest release, which is what should be running."""
        return next(iter(reversed(self.all())), None)

    def before_last(self) -> Release | None:
        """The newest release that differs from the last one."""
        last = self.last()
        return next((entry for entry in reversed(self.all()) if last and entry.stack_digest != last.stack_digest), None)

    def get(self, wanted: str) -> Release:
        """The release with this id. `UsageError` names those that there are."""
        found = self.all()
        for entry in found:
            if entry.id == wanted:
                return entry
        there = ", ".join(entry.id for entry in found) or "none"
        raise UsageError(f"Stack {self._stack} has no release '{wanted[:80]}'.", f"Releases: {there}.")

    def tree(self, release: Release) -> Path:
        """The files of a release."""
        return self._folder / release.id

    def keep(
        self, data_root: Path, stack_digest: str, commit: str, live: Mapping[str, str], *, back_to: str | None = None
    ) -> Release:
        """Copy the files that were just proven. The same inputs as the last release make no new one."""
        last = self.last()
        if last and last.stack_digest == stack_digest:
            return last
        now = datetime.now(UTC)
        identity = f"{now:%Y%m%dT%H%M%S%f}Z-{stack_digest.removeprefix('sha256:')[:8]}"
        release = Release(
            identity, self._stack, stack_digest, commit, now.isoformat(timespec="seconds"), dict(live), back_to
        )
        draft = self._folder / f".{identity}.{os.getpid()}"
        for name in _DATA:
            shutil.copytree(data_root / name, draft / name, symlinks=True)
        write(draft / "release.json", json.dumps(asdict(release), indent=1))
        draft.replace(self._folder / identity)
        self._forget_the_oldest()
        return release

    def _forget_the_oldest(self) -> None:
        for release in self.all()[:-RELEASES_KEPT]:
            shutil.rmtree(self.tree(release), ignore_errors=True)
