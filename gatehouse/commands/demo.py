"""`gatehouse demo`: pull requests walked through, from edit to live, on a real language model."""

from __future__ import annotations

import click

from gatehouse.checkout import checkout


@click.command("demo")
@click.option("--clean", is_flag=True, help="Only remove what an earlier demo left.")
@click.option("--clean-after", is_flag=True, help="Leave nothing behind at the end.")
def command(clean: bool, clean_after: bool) -> None:
    """Walk pull requests through in a scratch clone: a better prompt, a worse one, a misspelt one, and a rollback.

    Exit code: 0 when every step showed what it should, 4 when one did not.
    """
    from filelock import FileLock, Timeout

    from gatehouse.demo.scratch import Scratch
    from gatehouse.demo.story import Story
    from gatehouse.errors import OutsideError

    root = checkout()
    scratch = Scratch(root, root / ".gatehouse" / "demo")
    scratch.folder.parent.mkdir(exist_ok=True)
    try:
        with FileLock(root / ".gatehouse" / "demo.lock", timeout=0):
            if clean:
                scratch.remove()
                click.echo("Nothing of the demo is left.")
                return
            Story(scratch).tell()
            if clean_after:
                scratch.remove()
                click.echo("\nThe stack is destroyed and the clone is gone.")
    except Timeout:
        raise OutsideError(
            "A demo of this checkout is running already.", "Wait for it, or use a second clone."
        ) from None
