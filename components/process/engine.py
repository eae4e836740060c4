"""Ends the process that works for the engine when the engine is gone."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from functools import cache

import psutil

from components.process.strays import is_there

SECONDS_BETWEEN_LOOKS = 0.5


@cache
def leave_with_engine() -> bool:
    """Watch the engine from now on; whether there is one. Asked again, it does nothing more.

    An engine that was killed ends nobody: its provider would go on with what it had begun, beside the update
    that comes next, and then wait for ever. What it leaves half-made, the next update takes over.
    """
    engine = _engine()
    if engine is None:
        return False
    threading.Thread(target=_watch, args=(engine,), daemon=True, name="engine-watch").start()
    return True


def _engine() -> psutil.Process | None:
    """The nearest `pulumi` above this process; between them stands the script that started it."""
    with suppress(psutil.Error):
        return next((parent for parent in psutil.Process().parents() if parent.name() == "pulumi"), None)
    return None


def _watch(engine: psutil.Process) -> None:
    pause = threading.Event()
    while is_there(engine):
        pause.wait(SECONDS_BETWEEN_LOOKS)
    os._exit(1)
