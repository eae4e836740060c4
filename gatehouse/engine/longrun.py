"""Runs commands that take minutes: output in a log, progress to whoever watches, and ended when we are."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_POLL_SECONDS = 0.3
_GRACE_SECONDS = 5.0
_TAIL_LINES = 5


class StepError(Exception):
    """A command failed, or the step that it is part of. The text says which, its last words and where the log is."""


class StoppedError(Exception):
    """Somebody asked for the end while the command ran."""


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt to make a tool: an empty folder to fill, a log, and the ear of the person who waits."""

    scratch: Path
    log: Path
    say: Callable[[str], None]
    stop: threading.Event

    @property
    def bin_dir(self) -> Path:
        """What the attempt fills with executables; it becomes the tool's `bin`."""
        return self.scratch / "made" / "bin"

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str] | None = None,
        watch: Callable[[str], str] | None = None,
    ) -> str:
        """Run a command to its end and return its output. `watch` turns that so far into a few words of progress.

        Raises StepError when it fails, StoppedError when `stop` was set.
        """
        start = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as sink:
            try:
                process = subprocess.Popen(
                    _ending_with_us(command),
                    cwd=cwd,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise StepError(f"{command[0]} could not be started: {error.strerror}") from None
        try:
            self._follow(process, start, watch)
        finally:
            _end(process)
        if process.returncode:
            raise StepError(_last_words(command, process.returncode, self.log, start))
        return _read_from(self.log, start)

    def _follow(self, process: subprocess.Popen[bytes], start: int, watch: Callable[[str], str] | None) -> None:
        while process.poll() is None:
            if self.stop.wait(_POLL_SECONDS):
                raise StoppedError
            if watch and (state := watch(_read_from(self.log, start))):
                self.say(state)


def _ending_with_us(command: Sequence[str]) -> list[str]:
    """Linux can end a child when its parent is killed outright; elsewhere the child runs to its end, in vain."""
    return [*_parent_tie(), *command]


@cache
def _parent_tie() -> tuple[str, ...]:
    """What to put before a command for that; nothing where there is no setpriv that can (BusyBox's cannot)."""
    if setpriv := shutil.which("setpriv"):
        tie = (setpriv, "--pdeathsig", "KILL", "--")
        if subprocess.run([*tie, "true"], capture_output=True, check=False).returncode == 0:
            return tie
    return ()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and all that it started; nothing happens if it ended by itself."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, number)
            process.wait(_GRACE_SECONDS)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def _read_from(log: Path, start: int) -> str:
    with log.open("rb") as opened:
        opened.seek(start)
        return opened.read().decode(errors="replace")


def _last_words(command: Sequence[str], code: int, log: Path, start: int) -> str:
    lines = [line for line in _read_from(log, start).splitlines() if line.strip()][-_TAIL_LINES:]
    said = "".join(f"\n    {line[:300]}" for line in lines)
    return f"{Path(command[0]).name} ended with {code}; its output is in {log}, the last of it:{said}"
