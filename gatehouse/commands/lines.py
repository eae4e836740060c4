"""What `up` and `rollback` print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

import click

from gatehouse.deploy.releases import Release
from gatehouse.deploy.update import Updated
from gatehouse.progress import Progress


@contextmanager
def updating(stack: str, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Shows the engine's newest line while it works."""
    with Progress(quiet=quiet) as progress:
        yield lambda text: progress.update(f"stack {stack}", text.strip()[:120]) if text.strip() else None


def print_update(updated: Updated, *, as_json: bool) -> None:
    """The release that runs now, what was asked to prove it, and where it answers."""
    if as_json:
        facts = {
            "release": asdict(updated.release),
            "before": asdict(updated.before) if updated.before else None,
            "asked": list(updated.proof.asked),
            "served": updated.proof.served,
            "gateway_url": updated.gateway_url,
        }
        click.echo(json.dumps(facts, indent=2))
        return
    release = updated.release
    live = ", ".join(f"{prompt} {variant}" for prompt, variant in release.live.items()) or "no prompt"
    click.echo(f"Stack {release.stack} serves {live}. Release {release.id}.")
    click.echo(f"Proven by {len(updated.proof.asked)} real requests and by what the gateway says it serves.")
    click.echo(f"Gateway: {updated.gateway_url}")


def print_releases(releases: Sequence[Release], *, as_json: bool) -> None:
    """A line a release, newest last."""
    if as_json:
        click.echo(json.dumps([asdict(release) for release in releases], indent=2))
        return
    for release in releases:
        live = ", ".join(f"{prompt} {variant}" for prompt, variant in release.live.items())
        back = f"  (rolled back to {release.rolled_back_to})" if release.rolled_back_to else ""
        click.echo(f"{release.id}  {release.created}  {release.commit[:12]}  {live}{back}")
    if not releases:
        click.echo("No release yet. `gatehouse up STACK` makes the first.")
