"""A thin client of supervisord: one private one for each local stack, on a unix socket."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
import xmlrpc.client
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from catalog.atomic import PRIVATE, write
from components.process.configuration import STOP_SECONDS, supervisor_text
from components.process.site import Site
from components.process.strays import end, end_strays

# What the processes may see of the environment in which `pulumi` runs: no credentials, no passphrase.
PASSED_ON = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "USER")
START_SECONDS = 20
BAD_NAME, NOT_RUNNING, ALREADY_ADDED, STILL_RUNNING = 10, 70, 90, 91
# Left alone, the supervisor looks around once a second; each question makes it look now.
POLL_SECONDS = 0.05


class SupervisorError(RuntimeError):
    """The supervisor does not start, or refuses what it is told."""


@dataclass(frozen=True, slots=True)
class ProgramState:
    """What the supervisor says of a program. `name` is one of its own: STARTING, RUNNING, BACKOFF, FATAL, …"""

    name: str
    pid: int
    said: str

    @property
    def alive(self) -> bool:
        """Runs, or has just been started."""
        return self.name in ("STARTING", "RUNNING")


@dataclass(frozen=True, slots=True)
class Supervisor:
    """The supervisor of one site."""

    site: Site

    def answers(self) -> bool:
        """Whether it runs and can be told something."""
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except (OSError, xmlrpc.client.Error, SupervisorError):
            return False

    def start(self) -> None:
        """Make sure that it runs. What an earlier one left behind when it was killed is ended first."""
        self.site.prepare()
        if self.answers():
            return
        if unreachable := self._own_process():
            end([unreachable], polite_seconds=STOP_SECONDS + 5)
        end_strays(self.site)
        self.site.socket.unlink(missing_ok=True)
        write(self.site.configuration, supervisor_text(self.site), mode=PRIVATE)
        self._launch()
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if time.monotonic() > deadline:
                raise SupervisorError(f"the supervisor did not answer in {START_SECONDS} s; see {self.site.logs_dir}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End it with everything that it runs, and remove what it needs to run. Logs stay."""
        process = self._own_process()
        with suppress(OSError, xmlrpc.client.Error, SupervisorError):
            for known in self._call("getAllProcessInfo"):
                self.remove(known["group"])
            self._call("shutdown")
        # With nothing left to stop it still takes two seconds for it.
        end([process] if process else [], polite_seconds=0)
        end_strays(self.site)
        shutil.rmtree(self.site.socket_dir, ignore_errors=True)
        with suppress(OSError):
            self.site.socket_dir.parent.rmdir()
        for leftover in (self.site.configuration, self.site.pid_file):
            leftover.unlink(missing_ok=True)

    def state(self, program: str) -> ProgramState | None:
        """What it says of a program; none if it does not know it."""
        try:
            told = self._call("getProcessInfo", program)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == BAD_NAME:
                return None
            raise SupervisorError(fault.faultString) from fault
        return ProgramState(told["statename"], int(told["pid"]), told["spawnerr"] or told["description"])

    def add(self, program: str) -> None:
        """Start the program that now stands in its file."""
        try:
            self._call("reloadConfig")
            self._call("addProcessGroup", program)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != ALREADY_ADDED:
                raise SupervisorError(fault.faultString) from fault

    def remove(self, program: str) -> None:
        """Stop the program with its children and forget it; nothing if it is not known."""
        deadline = time.monotonic() + STOP_SECONDS + 5
        while not self._forgets(program):
            if time.monotonic() > deadline:
                raise SupervisorError(f"{program} does not stop")
            time.sleep(POLL_SECONDS)

    def _forgets(self, program: str) -> bool:
        """Tell it to stop and forget the program; whether it has.

        A program that has just ended by itself cannot be stopped, and is started again a moment later: ask again.
        """
        for method, arguments in (("stopProcessGroup", (program, False)), ("removeProcessGroup", (program,))):
            try:
                self._call(method, *arguments)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode == BAD_NAME:
                    return True
                if fault.faultCode not in (NOT_RUNNING, STILL_RUNNING):
                    raise SupervisorError(fault.faultString) from fault
                if fault.faultCode == STILL_RUNNING:
                    return False
        return True

    def _call(self, method: str, *arguments: Any) -> Any:
        try:
            with xmlrpc.client.ServerProxy("http://supervisor", transport=_Transport(self.site.socket)) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except (http.client.HTTPException, xmlrpc.client.ProtocolError) as error:
            raise SupervisorError(f"the supervisor gave no answer to {method}: {error!r}") from error

    def _launch(self) -> None:
        """In a session of its own and without our pipes, so that it outlives `pulumi` and its process group."""
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        said = self.site.logs_dir / "supervisord-start.log"
        with said.open("wb") as stream:
            launched = subprocess.run(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.site.configuration)],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=self.site.run_dir,
                env=environment,
                start_new_session=True,
                check=False,
                timeout=START_SECONDS,
            )
        if launched.returncode:
            text = said.read_text(errors="replace").strip()[-2_000:]
            raise SupervisorError(f"the supervisor does not start: {text}")

    def _own_process(self) -> psutil.Process | None:
        """By the file of its number, if that number still is a supervisor of this site."""
        try:
            process = psutil.Process(int(self.site.pid_file.read_text()))
            return process if str(self.site.configuration) in process.cmdline() else None
        except (OSError, ValueError, psutil.Error):
            return None


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        # Stopping a program is one call that lasts until it has ended.
        super().__init__("supervisor", timeout=2 * STOP_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class _Transport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:  # noqa: ARG002 the signature of Transport
        return _Connection(self._path)
