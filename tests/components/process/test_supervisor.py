"""The supervisor of one stack."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from catalog.atomic import write
from components.process import site as site_module
from components.process.configuration import Program, program_text
from components.process.site import Site
from components.process.strays import is_there, strays
from components.process.supervisor import Supervisor, SupervisorError

SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")


def add(site: Site, program: str) -> None:
    write(site.program_file(program), program_text(site, Program(program, SLEEP)))
    Supervisor(site).add(program)


def process(site: Site) -> psutil.Process:
    return psutil.Process(int(site.pid_file.read_text()))


def test_it_outlives_whoever_started_it_and_holds_none_of_their_pipes(site: Site) -> None:
    """Pulumi ends the process group of its provider, and waits for its pipes to close."""
    Supervisor(site).start()
    started = process(site)
    assert started.ppid() != psutil.Process().pid
    assert psutil.Process().pid not in [parent.pid for parent in started.parents()]
    assert all(opened.path.startswith(str(site.logs_dir)) for opened in started.open_files())


def test_starting_it_twice_starts_one(site: Site) -> None:
    Supervisor(site).start()
    first = process(site)
    Supervisor(site).start()
    assert process(site) == first


def test_a_program_is_added_once_and_known_until_it_is_removed(site: Site) -> None:
    supervisor = Supervisor(site)
    supervisor.start()
    assert supervisor.state("model-a") is None
    add(site, "model-a")
    supervisor.add("model-a")
    state = supervisor.state("model-a")
    assert state is not None
    supervisor.remove("model-a")
    supervisor.remove("model-a")
    assert supervisor.state("model-a") is None


def test_a_program_that_has_just_ended_by_itself_can_be_removed(site: Site) -> None:
    """It cannot be stopped then, and is started again a moment later."""
    supervisor = Supervisor(site)
    supervisor.start()
    add(site, "model-a")
    while not (state := supervisor.state("model-a")) or state.name != "RUNNING":
        time.sleep(0.1)
    os.kill(state.pid, signal.SIGKILL)
    supervisor.remove("model-a")
    assert supervisor.state("model-a") is None
    assert strays(site) == []


def test_one_whose_socket_is_gone_is_replaced(site: Site) -> None:
    Supervisor(site).start()
    deaf = process(site)
    site.socket.unlink()
    assert not Supervisor(site).answers()
    Supervisor(site).start()
    assert Supervisor(site).answers()
    assert process(site) != deaf
    assert not is_there(deaf)


def test_stopping_it_ends_what_it_runs(site: Site) -> None:
    supervisor = Supervisor(site)
    supervisor.start()
    add(site, "model-a")
    while not (state := supervisor.state("model-a")) or not state.pid:
        pass
    supervisor.stop()
    supervisor.stop()
    assert strays(site) == []
    assert not site.socket_dir.exists()
    assert not site.configuration.exists()


def test_one_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unix socket's path has to be short."""
    monkeypatch.setattr(site_module, "SOCKETS", tmp_path / ("deep" * 20) / ("deeper" * 20))
    site = Site(tmp_path, "local")
    site.socket_dir.parent.parent.mkdir(parents=True)
    with pytest.raises((SupervisorError, OSError), match=r"does not start|too long"):
        Supervisor(site).start()
