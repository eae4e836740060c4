"""Processes that nobody looks after."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from components.process.configuration import MARKER
from components.process.site import Site
from components.process.strays import belongs, end, end_strays, strays

SITE = Site(Path("/srv/checkout of test_strays"), "local")
SLEEP = "import time; print('ready', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"


def start(marker: str, program: str = SLEEP) -> subprocess.Popen[bytes]:
    environment = {**os.environ, MARKER: marker}
    started = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stdout.readline() == b"ready\n"
    return started


def test_only_what_carries_the_mark_is_found_and_ended() -> None:
    ours, other_program = start(SITE.marker("model-a")), start(SITE.marker("model-b"))
    foreign = start(Site(SITE.root, "other").marker("model-a"))
    try:
        assert {process.pid for process in strays(SITE)} == {ours.pid, other_program.pid}
        assert [process.pid for process in strays(SITE, "model-a")] == [ours.pid]
        assert belongs(ours.pid, SITE.marker("model-a"))
        assert not belongs(foreign.pid, SITE.marker("model-a"))
        end_strays(SITE, "model-a")
        assert [process.pid for process in strays(SITE)] == [other_program.pid]
    finally:
        for process in (ours, other_program, foreign):
            process.kill()
            process.communicate()


def test_one_that_does_not_listen_is_forced() -> None:
    stubborn = start(SITE.marker("model-a"), STUBBORN)
    began = time.monotonic()
    end([psutil.Process(stubborn.pid)], polite_seconds=0.2)
    assert time.monotonic() - began > 0.2
    assert strays(SITE) == []
    stubborn.communicate()


def test_a_process_that_is_gone_belongs_to_nobody() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert not belongs(gone.pid, SITE.marker("model-a"))
