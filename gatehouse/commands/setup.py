"""`gatehouse setup`: everything that Gatehouse needs and does not bring along."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from gatehouse.checkout import checkout

if TYPE_CHECKING:
    from gatehouse.engine.provision import ModelFile
    from gatehouse.engine.toolbox import Found


@click.command("setup")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(as_json: bool) -> None:
    """Find or build the Pulumi engine and the model server, and verify the model files.

    What is there already is kept; run it again at any time. It may be killed, and several may run at once.

    Exit code: 0 everything is there, 2 the files are wrong, 4 something could not be got.
    """
    from gatehouse.engine.provision import SetupProgress, provide_all, verify_models
    from gatehouse.engine.recipes import RECIPES

    root = checkout()
    with _termination_as_interruption(), SetupProgress(quiet=as_json) as progress:
        tools = provide_all(RECIPES, progress)
        models = verify_models(root)
    if as_json:
        click.echo(json.dumps(_facts(tools, models), indent=2))
        return
    for line in _lines(tools, models):
        click.echo(line)


@contextmanager
def _termination_as_interruption() -> Iterator[None]:
    """An outright SIGTERM would leave compilers running; as an interruption it ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _facts(tools: Sequence[Found], models: Sequence[ModelFile]) -> dict[str, Any]:
    return {
        "tools": [
            {
                "name": found.tool.name,
                "version": found.tool.version,
                "path": str(found.path),
                "origin": found.origin,
                "seconds": round(found.seconds, 1),
            }
            for found in tools
        ],
        "models": [
            {
                "name": file.model,
                "path": str(file.path),
                "bytes": file.bytes,
                "license": file.license_id,
                "license_url": file.license_url,
            }
            for file in models
        ],
    }


def _lines(tools: Sequence[Found], models: Sequence[ModelFile]) -> list[str]:
    lines = [f"{found.tool.name} {found.tool.version} ({_from(found)}): {found.path}" for found in tools]
    lines += [
        f"{file.model} ({_size(file.bytes)}, digest verified): {file.path}\n"
        f"  licence {file.license_id}, {file.license_url}"
        for file in models
    ]
    return [*lines, "Everything is there."]


def _from(found: Found) -> str:
    return f"{found.origin}, {found.seconds:.0f} s" if found.seconds else found.origin


def _size(count: int) -> str:
    return f"{count / 1e6:,.0f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"
