"""`gatehouse down`: destroy a stack."""

from __future__ import annotations

import click

from gatehouse.checkout import checkout


@click.command("down")
@click.argument("stack")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(stack: str, yes: bool) -> None:
    """Destroy STACK: every server stops and no process is left. Its state, backups and releases stay.

    Exit code: 0 destroyed, never deployed, or kept on request; 4 the engine failed.
    """
    from gatehouse.commands.lines import updating
    from gatehouse.engine.pulumi import Engine
    from gatehouse.engine.state import back_up

    root = checkout()
    engine = Engine(root)
    if not engine.has_stack(stack):
        click.echo(f"Stack {stack} was never deployed from here; there is nothing to destroy.")
        return
    if not yes and not click.confirm(f"Destroy every resource of stack {stack}?"):
        click.echo("Nothing was destroyed.")
        return
    back_up(engine.export(stack), root / ".gatehouse" / "backups" / stack)
    with updating(stack, quiet=False) as line:
        engine.destroy(stack, line=line)
    click.echo(f"Stack {stack} is destroyed; no process is left.")
