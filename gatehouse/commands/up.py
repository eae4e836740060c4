"""`gatehouse up`: a passed change becomes what runs."""

from __future__ import annotations

import click

from gatehouse.checkout import checkout


@click.command("up")
@click.argument("stack")
@click.option("--json", "as_json", is_flag=True, help="Print the release and the proof as JSON.")
def command(stack: str, as_json: bool) -> None:
    """Update STACK to the files of this checkout, and prove what it serves.

    Refused unless the gates passed exactly these files. When the update or the proof fails, the last release is put
    back. Exit code: 0 proven, 1 not passed by the gates, 2 no such stack, 4 the engine or the proof failed.
    """
    from gatehouse.commands.lines import print_update, updating
    from gatehouse.deploy.update import up

    with updating(stack, quiet=as_json) as line:
        updated = up(checkout(), stack, line)
    print_update(updated, as_json=as_json)
