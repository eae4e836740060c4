"""`gatehouse doctor`: what is there, what is missing and what to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from gatehouse.checkout import checkout

if TYPE_CHECKING:
    from gatehouse.engine.diagnosis import Finding


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(as_json: bool) -> int:
    """Look at what Gatehouse needs on this machine. Fetches and builds nothing.

    Exit code: 0 everything needed is there, 4 something is missing.
    """
    from gatehouse.engine.diagnosis import diagnose, everything_needed_is_there

    findings = diagnose(checkout())
    good = everything_needed_is_there(findings)
    if as_json:
        click.echo(json.dumps({"good": good, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for line in table(findings):
            click.echo(line)
        click.echo("Everything that is needed is there." if good else "Something is missing: see above.")
    return 0 if good else 4


def table(findings: Sequence[Finding]) -> list[str]:
    """A line a finding, in columns; what to do on a line of its own."""
    width = max((len(finding.name) for finding in findings), default=0)
    lines = []
    for finding in findings:
        lines.append(f"{finding.state:<8}  {finding.name:<{width}}  {finding.found}")
        if finding.remedy:
            lines.append(f"{'':<8}  {'':<{width}}  -> {finding.remedy}")
    return lines
