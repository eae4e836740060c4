"""Which port is free, and whose it is."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import psutil
import pytest

from components.process import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_on_which_somebody_listens_is_not_free_and_names_its_holder(taken: int) -> None:
    assert not ports.is_free("127.0.0.1", taken)
    assert ports.holder(taken) == ports.Holder(os.getpid(), psutil.Process().name())
    assert ports.listens(os.getpid(), taken)


def test_the_same_key_prefers_the_same_port() -> None:
    assert ports.preferred("a") == ports.preferred("a") != ports.preferred("b")
    assert all(ports.FIRST <= ports.preferred(str(n)) < ports.FIRST + ports.COUNT for n in range(100))


def test_the_next_port_is_chosen_when_the_preferred_one_is_to_be_avoided() -> None:
    first = ports.choose("127.0.0.1", "a key of this test")
    second = ports.choose("127.0.0.1", "a key of this test", avoid={first})
    assert second != first
    assert ports.is_free("127.0.0.1", second)


def test_a_free_port_has_no_holder() -> None:
    assert ports.holder(ports.choose("127.0.0.1", "nobody")) is None


def test_a_holder_that_cannot_be_seen_is_another_users() -> None:
    assert str(ports.Holder(None, "a process of another user")) == "a process of another user"
    assert str(ports.Holder(12, "nginx")) == "nginx (process 12)"
