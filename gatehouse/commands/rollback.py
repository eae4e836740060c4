"""`gatehouse rollback`: back to a release that was proven before."""

from __future__ import annotations

import click

from gatehouse.checkout import checkout


@click.command("rollback")
@click.argument("stack")
@click.option("--to", metavar="RELEASE", help="The release to put back; the one before the last if not given.")
@click.option("--list", "list_only", is_flag=True, help="Only list the releases.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(stack: str, to: str | None, list_only: bool, as_json: bool) -> None:
    """Put an earlier release of STACK back, and prove what it serves.

    The files of the checkout stay as they are: revert them by a pull request too, or the next update brings the
    change back. Exit code: 0 proven, 2 no such stack or release, 4 the engine or the proof failed.
    """
    from gatehouse.commands.lines import print_releases, print_update, updating
    from gatehouse.deploy.releases import Releases
    from gatehouse.deploy.update import roll_back

    root = checkout()
    if list_only:
        print_releases(Releases(root, stack).all(), as_json=as_json)
        return
    with updating(stack, quiet=as_json) as line:
        updated = roll_back(root, stack, line, to=to)
    print_update(updated, as_json=as_json)
    if not as_json:
        click.echo("The files still say otherwise: open a pull request with `git revert`, so that they agree again.")
