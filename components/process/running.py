"""Starts, changes, watches and ends the supervised processes of a stack."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from catalog.atomic import PRIVATE, write
from components.process import ports
from components.process.atomic import copy_folder
from components.process.configuration import program_text
from components.process.health import is_healthy
from components.process.log import tail
from components.process.site import Site
from components.process.strays import belongs, end_strays
from components.process.supervisor import ProgramState, Supervisor, SupervisorError
from components.process.wanted import Wanted

ATTEMPTS = 3
LOCK_SECONDS = 120
HEALTHY = "healthy"
_ALL = "programs"


class StartError(RuntimeError):
    """A process does not start or does not get well. The message ends with what it said."""


class PortTakenError(StartError):
    """The port that a person chose is another's."""


TROUBLE = (StartError, SupervisorError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class _Try:
    """What came of one start: nothing to complain of if `problem` is empty."""

    port: int
    problem: str = ""
    lost_race: bool = False


def ensure(wanted: Wanted, *, kept_port: int | None = None, fall_back: bool) -> int:
    """Make sure that the program runs as wanted and is well; the port on which it listens.

    Run again, it finds the program running and leaves it alone. If the program does not get well, what ran
    before is put back (`fall_back`), or whatever was started is removed.

    Raises:
        StartError: with the tail of the program's log.
        PortTakenError: with the name of the port's holder.
    """
    # A killed engine's provider, or somebody else's `pulumi`, may be at work on the same program.
    with _locked(wanted.site, wanted.program, wanted.start_timeout_seconds):
        return _ensure(wanted, kept_port, fall_back=fall_back)


def remove(site: Site, program: str) -> None:
    """End the program and everything that it started; after the last one, the supervisor too."""
    if not site.run_dir.is_dir():
        end_strays(site, program)
        return
    with _locked(site, program):
        _remove(site, program)


def _ensure(wanted: Wanted, kept_port: int | None, *, fall_back: bool) -> int:
    file = wanted.site.program_file(wanted.program)
    before = file.read_text() if fall_back and file.exists() else None
    tries: list[_Try] = []
    try:
        while not tries or (tries[-1].lost_race and len(tries) < ATTEMPTS):
            tries.append(_start(wanted, kept_port, {attempt.port for attempt in tries}))
            if not tries[-1].problem:
                return tries[-1].port
        raise StartError(tries[-1].problem)
    except TROUBLE as error:
        note = _note(
            lambda: _put_back(wanted, before, kept_port) if before is not None else _give_up(wanted, fall_back)
        )
        raise (type(error) if isinstance(error, StartError) else StartError)(f"{error}{note}") from None


def _remove(site: Site, program: str) -> None:
    with _locked(site, _ALL):
        supervisor = Supervisor(site)
        if supervisor.answers():
            supervisor.remove(program)
        end_strays(site, program)
        site.program_file(program).unlink(missing_ok=True)
        if not any(site.programs_dir.glob("*.ini")):
            supervisor.stop()
            shutil.rmtree(site.programs_dir, ignore_errors=True)


def observe(wanted: Wanted, port: int) -> str:
    """How the program is now: `healthy`, or in a few words why not. Changes nothing."""
    supervisor = Supervisor(wanted.site)
    if not supervisor.answers():
        return "not running: there is no supervisor"
    try:
        state = supervisor.state(wanted.program)
    except (OSError, SupervisorError):
        return "not running: the supervisor does not answer"
    if state is None:
        return "not running: the supervisor does not know it"
    if not state.alive:
        return f"not running: {state.name}"
    return HEALTHY if is_healthy(wanted.host, port, wanted.health_path) else "running, but does not answer"


def discard_snapshot(folder: str) -> None:
    """Remove the copied files of a model that is no longer served."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        Path(folder).parent.rmdir()


def _start(wanted: Wanted, kept_port: int | None, avoid: set[int]) -> _Try:
    with _locked(wanted.site, _ALL):
        supervisor = Supervisor(wanted.site)
        supervisor.start()
        _prepare_files(wanted)
        port = _decide_port(wanted, kept_port, avoid)
        text = program_text(wanted.site, wanted.on(port))
        file = wanted.site.program_file(wanted.program)
        if file.exists() and file.read_text() == text and observe(wanted, port) == HEALTHY:
            return _Try(port)
        log_start = _size(wanted.site.log_file(wanted.program))
        _replace(supervisor, wanted, text)
    if not (problem := _wait(supervisor, wanted, port)):
        return _Try(port)
    lost_race = wanted.port is None and not _free_or_ours(wanted, port)
    said = tail(wanted.site.log_file(wanted.program), log_start)
    return _Try(port, f"{wanted.program} {problem} on port {port}.{said}", lost_race)


def _replace(supervisor: Supervisor, wanted: Wanted, text: str) -> None:
    supervisor.remove(wanted.program)
    end_strays(wanted.site, wanted.program)
    write(wanted.site.program_file(wanted.program), text, mode=PRIVATE)
    supervisor.add(wanted.program)


def _prepare_files(wanted: Wanted) -> None:
    if wanted.snapshot:
        copy_folder(wanted.snapshot.source, wanted.snapshot.files, wanted.snapshot.target)
    for path, content in wanted.first_files.items():
        if not Path(path).exists():
            write(Path(path), content, mode=PRIVATE)


def _decide_port(wanted: Wanted, kept_port: int | None, avoid: set[int]) -> int:
    if wanted.port is not None:
        if not _free_or_ours(wanted, wanted.port):
            raise PortTakenError(_taken(wanted, wanted.port))
        return wanted.port
    if kept_port is not None and kept_port not in avoid and _free_or_ours(wanted, kept_port):
        return kept_port
    first = ports.preferred(wanted.site.marker(wanted.program))
    if first not in avoid and _free_or_ours(wanted, first):
        return first
    return ports.choose(wanted.host, wanted.site.marker(wanted.program), avoid)


def _free_or_ours(wanted: Wanted, port: int) -> bool:
    if ports.is_free(wanted.host, port):
        return True
    found = ports.holder(port)
    return found is not None and found.pid is not None and belongs(found.pid, wanted.site.marker(wanted.program))


def _taken(wanted: Wanted, port: int) -> str:
    who = ports.holder(port) or "another process"
    return (
        f"Port {port}, which stacks/Pulumi.{wanted.site.stack}.yaml wants for {wanted.program}, is taken by {who}. "
        "End that process, name another port, or leave `port` out and a free one is chosen and kept."
    )


def _wait(supervisor: Supervisor, wanted: Wanted, port: int) -> str:
    """Wait until the program is well; otherwise what is wrong. A program that ends is not waited for."""
    deadline = time.monotonic() + wanted.start_timeout_seconds
    first_pid = 0
    while time.monotonic() < deadline:
        state = supervisor.state(wanted.program)
        if state is None or state.name in ("BACKOFF", "FATAL", "EXITED", "STOPPED"):
            return _end_of(state)
        first_pid = first_pid or state.pid
        if state.pid not in (0, first_pid):
            return "ended and was started again"
        if state.pid and is_healthy(wanted.host, port, wanted.health_path) and ports.listens(state.pid, port):
            return ""
        time.sleep(0.1)
    return f"did not answer GET {wanted.health_path} with 200 in {wanted.start_timeout_seconds:g} s"


def _end_of(state: ProgramState | None) -> str:
    """The supervisor's own words only where they say more than that it ended."""
    if state is None:
        return "was removed while it started"
    return "ended at once" + ("" if "process log" in state.said else f" ({state.said})")


def _put_back(wanted: Wanted, before: str, kept_port: int | None) -> str:
    with _locked(wanted.site, _ALL):
        if wanted.site.program_file(wanted.program).read_text() == before:
            return "\nNothing was changed."
        supervisor = Supervisor(wanted.site)
        supervisor.start()
        _replace(supervisor, wanted, before)
    if kept_port is None:
        return "\nThe program that ran before was put back."
    problem = _wait(supervisor, wanted, kept_port)
    return "\nThe program that ran before was put back" + (f", but it {problem}." if problem else " and is well.")


def _note(undo: Callable[[], str]) -> str:
    """What became of undoing it; that even this failed must not hide why."""
    try:
        return undo()
    except TROUBLE as error:
        return f"\nWhat was there before could not be put back: {error}"


def _give_up(wanted: Wanted, fall_back: bool) -> str:
    if fall_back:
        return ""
    _remove(wanted.site, wanted.program)
    return "\nWhat had been started was removed."


@contextmanager
def _locked(site: Site, what: str, longer_seconds: float = 0) -> Iterator[None]:
    """One at a time: of those who work on one program, and, with `_ALL`, of those who change which there are."""
    file = site.lock_file(what)
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file, timeout=LOCK_SECONDS + longer_seconds):
        yield


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
