"""`gatehouse status`: what a stack serves, asked of the running system."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from gatehouse.checkout import checkout


@click.command("status")
@click.argument("stack")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(stack: str, as_json: bool) -> int:
    """Ask the running STACK what it serves, and compare that with the files of this checkout.

    Exit code: 0 they agree, 1 they differ, 2 no such stack, 4 it does not answer.
    """
    from catalog.loader import load_catalog
    from gatehouse.deploy.proof import prove
    from gatehouse.deploy.update import find_stack
    from gatehouse.engine.pulumi import Engine
    from gatehouse.errors import OutsideError

    root = checkout()
    catalog = load_catalog(root)
    entry = find_stack(catalog, stack)
    engine = Engine(root)
    gateway_url = engine.outputs(stack).get("gateway_url") if engine.has_stack(stack) else None
    if not gateway_url:
        raise OutsideError(f"Stack {stack} is not deployed from here.", f"`gatehouse up {stack}` deploys it.")
    proof = prove(catalog, entry, gateway_url)
    if as_json:
        click.echo(json.dumps({**asdict(proof), "gateway_url": gateway_url}, indent=2))
    else:
        _print(proof.served, proof.differences, gateway_url)
    return 0 if proof.holds else 1


def _print(served: Mapping[str, Any], differences: tuple[str, ...], gateway_url: str) -> None:
    click.echo(f"Gateway: {gateway_url}")
    for name, model in served["models"].items():
        click.echo(f"model  {name}  {'healthy' if model['healthy'] else 'DOWN'}  {model['url']}")
    for name, prompt in served["prompts"].items():
        click.echo(f"prompt {name}  live {prompt['live']}  shares {json.dumps(prompt['shares'])}")
    for text in differences:
        click.echo(f"DIFFERS: {text}")
    click.echo("It serves what the files say." if not differences else "Mend it: `gatehouse up`, or a pull request.")
