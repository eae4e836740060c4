"""`gatehouse env`: the environment in which `pulumi` typed by hand does the same."""

from __future__ import annotations

import json
import shlex

import click

from gatehouse.checkout import checkout


@click.command("env")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(as_json: bool) -> None:
    """Print shell exports: `eval "$(gatehouse env)"`, and `pulumi up` does what `gatehouse up` calls."""
    from gatehouse.engine.pulumi import Engine

    variables = Engine(checkout()).environment()
    if as_json:
        click.echo(json.dumps(variables, indent=2))
        return
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")
