"""A server that is started here is stopped here, whatever happens."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from catalog.entries import Model
from catalog.loader import load_catalog
from gatehouse.errors import OutsideError
from gatehouse.evaluation import local_model as module
from gatehouse.evaluation.local_model import local_model, serving_command
from tests.kit.evaluated import EvaluatedRepository, tickets

SERVER = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
port, name, children = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
child = os.fork() if children else None
if child == 0:
    import time
    time.sleep(60)
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        content = json.dumps({"status": "ok", "child": child, "data": [{"id": name}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
    def log_message(self, *_): pass
HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""
WHOLE_RUN = """
import sys, time
from pathlib import Path
from catalog.loader import load_catalog
from gatehouse.evaluation.local_model import local_model
model = load_catalog(Path(sys.argv[1])).models["small"]
with local_model(model, command=lambda _, port: [sys.executable, sys.argv[2], str(port), "small", "0"]) as address:
    print(address, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def model(tmp_path: Path) -> Model:
    EvaluatedRepository(tmp_path / "repository", tickets(1))
    return load_catalog(tmp_path / "repository").models["small"]


@pytest.fixture
def server(tmp_path: Path) -> Path:
    file = tmp_path / "server.py"
    file.write_text(SERVER)
    return file


def serve(server: Path, name: str = "small", children: int = 0) -> Callable[[Model, int], list[str]]:
    return lambda _, port: [sys.executable, str(server), str(port), name, str(children)]


def health(address: str) -> dict[str, object]:
    with urllib.request.urlopen(address + "/health", timeout=5) as response:  # noqa: S310 - our own server
        found: dict[str, object] = json.loads(response.read())
        return found


def answers(address: str) -> bool:
    try:
        health(address)
    except OSError:
        return False
    return True


def soon(holds: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 15
    while not holds() and time.monotonic() < ends:
        time.sleep(0.05)
    return holds()


def test_the_server_answers_in_the_block_and_is_gone_after_it(model: Model, server: Path) -> None:
    with local_model(model, command=serve(server)) as address:
        assert health(address)["status"] == "ok"
    assert not answers(address)


def test_an_error_in_the_block_stops_the_server_too(model: Model, server: Path) -> None:
    with pytest.raises(RuntimeError, match="ours"), local_model(model, command=serve(server)) as address:
        raise RuntimeError("ours")
    assert not answers(address)


def test_children_of_the_server_are_stopped_with_it(model: Model, server: Path) -> None:
    with local_model(model, command=serve(server, children=1)) as address:
        child = psutil.Process(int(str(health(address)["child"])))
    assert soon(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_server_that_ends_at_once_says_why(model: Model) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('the weights are missing\\x1b[31m')"]
    with (
        pytest.raises(OutsideError, match="ended with 1") as caught,
        local_model(model, command=lambda *_: command),
    ):
        pytest.fail("it started")
    assert "the weights are missing" in caught.value.problem
    assert "\x1b" not in caught.value.problem


def test_a_server_that_never_gets_well_is_stopped(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "START_SECONDS", 0.5)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(OutsideError, match="healthy"), local_model(model, command=lambda *_: command):
        pytest.fail("it started")


def test_another_program_at_the_port_is_not_taken_for_the_model(model: Model, server: Path) -> None:
    with pytest.raises(OutsideError, match="No port stays free"), local_model(model, command=serve(server, "other")):
        pytest.fail("it was taken for ours")


def test_the_command_serves_the_folder_of_the_model(model: Model) -> None:
    command = serving_command(model, 1234)
    assert command[1:5] == ["-P", "-m", "gateway.serving", str(model.folder)]
    assert command[-2:] == ["--port", "1234"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_server_outlives_an_evaluation_that_is_ended(model: Model, server: Path, sent: signal.Signals) -> None:
    if sent is signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent was killed")
    command = [sys.executable, "-c", WHOLE_RUN, str(model.folder.parents[1]), str(server)]
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    assert run.stdout is not None
    address = run.stdout.readline().strip()
    assert answers(address)
    run.send_signal(sent)
    assert run.wait(20) != 0
    assert soon(lambda: not answers(address))
