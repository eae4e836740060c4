"""What the gateway adds to a request, and how many it passes on: beside Portkey, on one model server without a model.

All run in turns on this machine, loader and model server included, so that whatever else it does falls on all.
Shown are medians of the turns.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.loader import Load, load, request_bytes
from tests.bench.portkey import NAME, NoPeerError, headers, portkey
from tests.bench.row import Row
from tests.bench.servers import first_line, started

_TURNS = 5
_ONE, _TEN = (1, 800), (10, 3_000)
_PATH = "/v1/chat/completions"
_BODY = json.dumps(
    {
        "model": "stub",
        "messages": [{"role": "user", "content": "I was charged twice for one order. Please refund one of them."}],
        "max_tokens": 8,
    }
).encode()
Asked = Mapping[str, tuple[int, bytes]]
Loads = dict[tuple[str, int], list[Load]]


def rows() -> list[Row]:
    """Milliseconds added for one client at a time, and requests a second for ten."""
    with ExitStack() as running, TemporaryDirectory() as folder:
        stub = int(first_line(running.enter_context(started([sys.executable, "-m", "tests.bench.stub"]))))
        ours = running.enter_context(_gateway(Path(folder), stub))
        plain = request_bytes("127.0.0.1", _PATH, _BODY)
        asked = {"direct": (stub, plain), "ours": (ours, plain)}
        note = ""
        try:
            peer = running.enter_context(portkey())
            asked["peer"] = (peer, request_bytes("127.0.0.1", _PATH, _BODY, headers(stub)))
        except NoPeerError as missing:
            note = str(missing)
        return _rows(_measured(asked), note)


def _rows(loads: Loads, note: str) -> list[Row]:
    def added_ms(name: str) -> float | None:
        if (name, 1) not in loads:
            return None
        return median(one.p50_ms for one in loads[name, 1]) - median(one.p50_ms for one in loads["direct", 1])

    def per_second(name: str) -> float | None:
        return median(one.requests_per_second for one in loads[name, 10]) if (name, 10) in loads else None

    ours_ms, ours_per_second = added_ms("ours"), per_second("ours")
    return [
        Row("gateway: added at one client, p50", "ms", ours_ms, added_ms("peer"), NAME, 1.0, note=note),
        Row("gateway: ten clients", "requests/s", ours_per_second, per_second("peer"), NAME, 1_500, True, note=note),
    ]


def _measured(asked: Asked) -> Loads:
    import uvloop

    async def measure() -> Loads:
        found: Loads = {}
        for port, request in asked.values():
            await load(port, request, clients=2, requests=200)
        for _ in range(_TURNS):
            for name, (port, request) in asked.items():
                for clients, requests in (_ONE, _TEN):
                    one = await load(port, request, clients=clients, requests=requests)
                    found.setdefault((name, clients), []).append(one)
        return found

    return uvloop.run(measure())


@contextmanager
def _gateway(folder: Path, stub: int) -> Iterator[int]:
    endpoint = {"url": f"http://127.0.0.1:{stub}", "task": "text-generation", "interface": "chat"}
    config = {"stack": "bench", "endpoints": {"stub": endpoint}, "log": {"path": str(folder / "predictions.sqlite")}}
    file = folder / "gateway.json"
    file.write_text(json.dumps(config))
    with started([sys.executable, "-m", "gateway", "--config", str(file), "--port", "0"]) as process:
        yield int(first_line(process).rpartition(":")[2])
