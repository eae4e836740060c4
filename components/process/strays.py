"""Processes of a site that no supervisor looks after any more."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress

import psutil

from components.process.configuration import MARKER
from components.process.site import Site


def belongs(pid: int, marker: str) -> bool:
    """Whether the process was started by this site as this program, or is a child of such a one."""
    with suppress(psutil.Error, OSError):
        return psutil.Process(pid).environ().get(MARKER) == marker
    return False


def strays(site: Site, program: str | None = None) -> list[psutil.Process]:
    """Living processes that carry the mark of this site, or of one program of it."""
    wanted = site.marker(program or "")
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.uids().real != os.getuid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            mark = process.environ().get(MARKER, "")
            if mark == wanted or (program is None and mark.startswith(wanted)):
                found.append(process)
    return found


def end_strays(site: Site, program: str | None = None) -> None:
    """End them: politely, and after five seconds not."""
    end(strays(site, program), polite_seconds=5)


def end(processes: Iterable[psutil.Process], *, polite_seconds: float) -> None:
    """Ask the processes to end, and force those that have not after a while."""
    left = list(processes)
    for sign, seconds in ((signal.SIGTERM, polite_seconds), (signal.SIGKILL, 5.0)):
        for process in left:
            with suppress(psutil.Error):
                process.send_signal(sign)
        deadline = time.monotonic() + seconds
        while (left := [process for process in left if is_there(process)]) and time.monotonic() < deadline:
            time.sleep(0.02)


def is_there(process: psutil.Process) -> bool:
    """A zombie is gone: it only waits for whoever is process 1, which in a container may take its time."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
