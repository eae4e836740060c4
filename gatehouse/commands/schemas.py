"""`gatehouse schemas`: the JSON Schemas that editors check and complete files with."""

from __future__ import annotations

import json

import click

from catalog.atomic import write
from catalog.schema_files import outdated, schema_texts
from gatehouse.checkout import checkout
from gatehouse.errors import UsageError


@click.command("schemas")
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 if a file is not current.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(check: bool, as_json: bool) -> None:
    """Write catalog/schemas/*.json from the types of the files."""
    root = checkout()
    stale = outdated(root)
    if stale and check:
        names = ", ".join(path.as_posix() for path in stale)
        raise UsageError(f"Not current: {names}.", "Run 'gatehouse schemas' and commit what it writes.")
    texts = schema_texts()
    for path in stale:
        write(root / path, texts[path])
    if as_json:
        click.echo(json.dumps({"written": [path.as_posix() for path in stale], "current": not stale}))
    else:
        for path in stale:
            click.echo(f"Wrote {path}.")
        click.echo(
            f"All {len(texts)} schemas are current." if not stale else "Commit them with the change of the types."
        )
