"""Names are looked up without holding the program."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from gatehouse.evaluation.names import DaemonResolver


def test_a_name_has_addresses() -> None:
    found = asyncio.run(DaemonResolver().resolve("localhost", 80, socket.AF_INET))
    assert {(entry["host"], entry["port"], entry["hostname"]) for entry in found} == {("127.0.0.1", 80, "localhost")}


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a" * 300, "\udcff"])
def test_a_name_without_an_address_is_an_error_of_the_system(name: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        asyncio.run(DaemonResolver().resolve(name))


def test_a_look_up_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(5))

    async def impatient() -> None:
        await asyncio.wait_for(DaemonResolver().resolve("slow.example"), 0.2)

    started = time.monotonic()
    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    assert time.monotonic() - started < 3
