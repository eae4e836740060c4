"""Supervised processes, from their start to their end, under a real supervisor."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from components.process.configuration import MARKER
from components.process.provider import ProcessProvider
from components.process.running import HEALTHY, PortTakenError, StartError
from components.process.site import Site
from components.process.strays import is_there, strays
from tests.kit.processes import told

StandIn = Callable[..., dict[str, Any]]
provider = ProcessProvider()


def created(properties: dict[str, Any]) -> dict[str, Any]:
    return provider.create(properties).outs or {}


def pids(site: Site) -> set[int]:
    return {process.pid for process in strays(site)}


def come_back(url: str, not_pid: int) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if (answer := told(url))["pid"] != not_pid:
                return answer
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{url} did not come back")


def test_a_created_process_answers_and_says_where(stand_in: StandIn) -> None:
    outs = created(stand_in("--word", "hello"))
    assert told(outs["url"])["word"] == "hello"
    assert outs["url"] == f"http://127.0.0.1:{outs['port_bound']}"
    assert outs["state"] == HEALTHY
    assert outs["program"] == "model-a"


def test_a_process_that_is_killed_comes_back_on_its_port(stand_in: StandIn) -> None:
    outs = created(stand_in())
    pid = told(outs["url"])["pid"]
    os.kill(pid, signal.SIGKILL)
    assert come_back(outs["url"], pid)["pid"] != pid


def test_deleting_the_last_process_leaves_nothing_running(stand_in: StandIn, site: Site) -> None:
    one, two = created(stand_in("--child")), created(stand_in(program="model-b"))
    supervisor = psutil.Process(int(site.pid_file.read_text()))
    assert len(pids(site)) == 3

    provider.delete("", one)
    assert pids(site) == {told(two["url"])["pid"]}
    provider.delete("", two)

    assert pids(site) == set()
    assert not is_there(supervisor)
    assert not site.socket_dir.exists()
    provider.delete("", two)


def test_the_same_inputs_again_leave_the_process_alone(stand_in: StandIn) -> None:
    outs = created(stand_in())
    pid = told(outs["url"])["pid"]
    again = created(stand_in())
    updated = provider.update("", outs, stand_in(labels={"team": "a"})).outs or {}
    assert (again["port_bound"], updated["port_bound"]) == (outs["port_bound"], outs["port_bound"])
    assert told(outs["url"])["pid"] == pid
    assert updated["labels"] == {"team": "a"}


def test_a_new_command_restarts_the_process_on_its_old_port(stand_in: StandIn) -> None:
    outs = created(stand_in("--word", "old"))
    updated = provider.update("", outs, stand_in("--word", "new")).outs or {}
    assert updated["url"] == outs["url"]
    assert told(outs["url"])["word"] == "new"


@pytest.mark.parametrize("fault", ["--die", "--sick"])
def test_an_update_that_does_not_get_well_puts_the_old_program_back(stand_in: StandIn, fault: str) -> None:
    outs = created(stand_in("--word", "old"))
    with pytest.raises(StartError, match=r"(?s)model-a .* put back and is well") as raised:
        provider.update("", outs, stand_in(fault, start_timeout_seconds=3.0))
    assert told(outs["url"])["word"] == "old"
    if fault == "--die":
        assert "The stand-in dies, as it was told." in str(raised.value)


def test_a_create_that_does_not_get_well_leaves_nothing(stand_in: StandIn, site: Site) -> None:
    with pytest.raises(StartError, match=r"(?s)The stand-in dies, as it was told\..*removed"):
        provider.create(stand_in("--die"))
    assert pids(site) == set()
    assert not site.socket_dir.exists()


def test_a_command_that_does_not_exist_is_named(stand_in: StandIn) -> None:
    with pytest.raises(StartError, match=r"can't find command '/no/such/server'"):
        provider.create(stand_in(command=["/no/such/server"]))


def test_a_taken_port_names_its_holder_and_what_to_do(stand_in: StandIn) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"{port}.*process {os.getpid()}\).*leave `port` out"):
            provider.create(stand_in(port=float(port)))


def test_a_wanted_port_that_is_ours_already_is_no_surprise(stand_in: StandIn) -> None:
    outs = created(stand_in())
    updated = provider.update("", outs, stand_in(port=float(outs["port_bound"]))).outs or {}
    assert updated["url"] == outs["url"]


def test_a_chosen_port_that_somebody_took_meanwhile_is_given_up(stand_in: StandIn) -> None:
    outs = created(stand_in())
    provider.delete("", outs)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", outs["port_bound"]))
        other.listen()
        updated = provider.update("", outs, stand_in()).outs or {}
        assert updated["port_bound"] != outs["port_bound"]
        assert told(updated["url"])["pid"]


def test_a_half_made_process_is_taken_over(stand_in: StandIn, site: Site) -> None:
    outs = created(stand_in())
    assert created(stand_in("--word", "now"))["url"] == outs["url"]
    assert len(pids(site)) == 1


def test_neither_credentials_nor_the_passphrase_reach_a_process(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    outs = created(stand_in(environment={"GATEHOUSE_CACHE": "/some/where"}))
    environment = told(outs["url"], "/environment")
    assert environment["GATEHOUSE_CACHE"] == "/some/where"
    assert environment[MARKER].endswith(":model-a")
    assert "secret" not in environment.values()


def test_two_stacks_of_one_checkout_share_nothing(stand_in: StandIn, site: Site) -> None:
    beside = Site(site.root, "other")
    one, two = created(stand_in()), created(stand_in(stack="other"))
    assert one["port_bound"] != two["port_bound"]
    provider.delete("", one)
    assert told(two["url"])["pid"]
    provider.delete("", two)
    assert pids(beside) == set()
