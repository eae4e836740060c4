"""The rooms of a checkout as folders and files: what is there, what should not be, and the reports on it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog.problem import Problem
from catalog.reading import MAX_YAML_BYTES, read_text
from catalog.report import Report, nearest, shown
from catalog.spec import NAME_RE
from catalog.yaml_source import Located, parse_yaml

MAX_FOLDERS = 10_000
MAX_FILES_A_FOLDER = 1_000
_NAME_RULE = "A name has lower-case letters, digits and dashes, as a DNS label."
_DOCUMENTS = ("LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE", "README.md", "card.md")
_FILES = {
    "models": ("model.yaml", "evals.yaml"),
    "prompts": ("rollout.yaml", "evals.yaml"),
}


class Folders:
    """Reads a checkout once. Paths in reports are relative to `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.located: dict[Path, Located] = {}
        self._reports: dict[Path, Report] = {}
        self._entries: dict[Path, dict[str, os.DirEntry[str]]] = {}
        self._used: dict[Path, set[str]] = {}
        self._doubted: set[Path] = set()

    def relative(self, path: Path) -> str:
        """As reports and links name it; names that are no text are shown as well as they can be."""
        return shown(path.relative_to(self.root).as_posix(), limit=300)

    def report(self, path: Path) -> Report:
        """The report on a file or folder."""
        if path not in self._reports:
            self._reports[path] = Report(self.relative(path))
        return self._reports[path]

    def problems(self) -> list[Problem]:
        """Everything found so far, and every file that nobody asked for."""
        for folder in list(self._used):
            self._check_unexpected(folder)
        return [problem for report in self._reports.values() for problem in report.problems]

    def folders(self, room: str) -> Iterator[Path]:
        """The folders of `models` or `prompts`, by name."""
        entries = self._list(self.root / room, MAX_FOLDERS)
        for name, entry in sorted(entries.items()):
            path = self.root / room / name
            if entry.is_dir(follow_symlinks=False):
                # Git keeps no empty folder, but a change of branch leaves one behind.
                if self._list(path, MAX_FILES_A_FOLDER) and self.is_name(path, name):
                    self._used[path] = set()
                    yield path
            elif name not in _DOCUMENTS:
                singular = room.removesuffix("s")
                fix = f"A {singular} is a folder: {room}/NAME/{_FILES[room][0]}."
                self.report(path).add(None, f"A file stands among the folders of {room}/.", fix=fix)

    def folders_of(self, room: str) -> list[Path]:
        """The folders that `folders` has named, also those with problems."""
        return [folder for folder in self._used if folder.parent.name == room]

    def stacks(self) -> Iterator[tuple[str, Path]]:
        """The stack files with the names of their stacks."""
        for file_name, entry in sorted(self._list(self.root / "stacks", MAX_FOLDERS).items()):
            path = self.root / "stacks" / file_name
            name = file_name.removeprefix("Pulumi.").removesuffix(".yaml")
            if not entry.is_file(follow_symlinks=False) or file_name != f"Pulumi.{name}.yaml":
                if file_name not in _DOCUMENTS:
                    self.report(path).add(None, "This is no stack file.", fix="A stack is stacks/Pulumi.NAME.yaml.")
            elif self.is_name(path, name):
                yield name, path

    def expect(self, folder: Path, names: Sequence[str]) -> None:
        """Report the files that a folder lacks."""
        for name in names:
            if not self.has(folder, name):
                room = folder.parent.name
                others = [file for file in self._entries[folder] if not file.startswith(".")]
                near = nearest(name, others)
                fix = (
                    f"Rename '{near}'."
                    if near
                    else f"Write it, as 'gatehouse new {room[:-1]} NAME' does for a new one."
                )
                self.report(folder).add(None, f"The file {name} is missing.", fix=fix)

    def has(self, folder: Path, name: str) -> bool:
        """Whether a plain file of that name is in the folder."""
        entry = self._entries.get(folder, {}).get(name)
        return entry is not None and entry.is_file(follow_symlinks=False)

    def names(self, folder: Path, suffix: str) -> list[str]:
        """The files with a suffix, without it."""
        return sorted(n.removesuffix(suffix) for n in self._entries.get(folder, {}) if self._is(folder, n, suffix))

    def cases(self, folder: Path) -> tuple[str, ...]:
        """The files of a folder that can hold cases, as a suite names them."""
        found = [name for name in self._entries.get(folder, {}) if name.endswith((".csv", ".jsonl"))]
        return tuple(f"file://{name}" for name in sorted(found))

    def doubt(self, folder: Path) -> None:
        """Say that a file which may name others could not be read, so that those are not called unused."""
        self._doubted.add(folder)

    def use(self, folder: Path, name: str) -> None:
        """Say that another file of the folder refers to this one."""
        self._used[folder].add(name)

    def is_name(self, path: Path, name: str) -> bool:
        """Whether a folder's or file's name can be a name; if not, that is reported."""
        if NAME_RE.fullmatch(name):
            return True
        self.report(path).add(None, f"'{shown(name)}' cannot be a name.", fix=_NAME_RULE)
        return False

    def text(self, path: Path, *, max_bytes: int = MAX_YAML_BYTES, bom: bool = False) -> str | None:
        """The text of a file, or none and a problem."""
        return read_text(path, self.report(path), max_bytes=max_bytes, bom=bom)

    def yaml(self, path: Path) -> Located | None:
        """The content of a YAML file that is there; none and a problem if it cannot be read."""
        if not self.has(path.parent, path.name):
            return None
        text = self.text(path)
        return parse_yaml(text, self.report(path)) if text is not None else None

    def _is(self, folder: Path, name: str, suffix: str) -> bool:
        return name.endswith(suffix) and not name.startswith(".") and self.has(folder, name)

    def _list(self, folder: Path, most: int) -> dict[str, os.DirEntry[str]]:
        """The visible entries that are no links; links are reported, and so are too many entries."""
        self._entries[folder] = {}
        if folder.is_symlink():
            self._refuse_link(folder)
            return {}
        if not folder.is_dir():
            return {}
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count >= most:
                    self.report(folder).add(None, f"The folder holds more than {most:,} entries.")
                    break
                if entry.is_symlink():
                    self._refuse_link(folder / entry.name)
                elif not entry.name.startswith("."):
                    self._entries[folder][entry.name] = entry
        return self._entries[folder]

    def _refuse_link(self, path: Path) -> None:
        self.report(path).add(None, "A symbolic link is not followed.", fix="Put the file itself here.")

    def _check_unexpected(self, folder: Path) -> None:
        room = folder.parent.name
        allowed = (*_FILES[room], *_DOCUMENTS, *self._used[folder])
        wanted = (*_FILES[room], *self._used[folder]) + (("NAME.prompt",) if room == "prompts" else ())
        for name in self._entries[folder]:
            if name in allowed or (room == "prompts" and self._is(folder, name, ".prompt")):
                continue
            given = _as_pattern(name, room)
            if folder not in self._doubted or nearest(given, wanted, cutoff=0.8):
                report = self.report(folder / name)
                report.add(None, "Nothing uses this file.", allowed=wanted, given=given, fix="Rename or remove it.")


def _as_pattern(name: str, room: str) -> str:
    """A name with a suffix like `.prompt` as the pattern that it most likely was meant to fit."""
    stem, dot, suffix = name.rpartition(".")
    return f"NAME.{suffix}" if dot and stem and room == "prompts" and nearest(suffix, ("prompt",)) else name
