"""`gatehouse cost`: what a stack costs a month, from its preview and the price book."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gatehouse.checkout import checkout
from gatehouse.errors import UsageError

if TYPE_CHECKING:
    from policies.verdict import CostEstimate, GateVerdict

_LARGEST_PREVIEW_BYTES = 256 * 1024 * 1024


@click.command("cost")
@click.argument("stack")
@click.option("--preview", type=click.Path(path_type=Path), help="A file of `pulumi preview --json --show-sames`.")
@click.option("--base-preview", type=click.Path(path_type=Path), help="The same of what it is compared with.")
@click.option("--json", "as_json", is_flag=True, help="Print the estimate and the verdict as JSON.")
def command(stack: str, preview: Path | None, base_preview: Path | None, as_json: bool) -> int:
    """Price STACK: low, expected and high, a month, from its preview. Offline, and nothing is changed.

    Exit code: 0 within the budget, 1 above it, 2 no such stack or wrong files, 4 the engine failed.
    """
    from catalog.loader import load_catalog
    from gatehouse.deploy.update import find_stack
    from policies.costs.gate import estimate, judge_cost
    from policies.verdict import exit_code

    root = checkout()
    entry = find_stack(load_catalog(root), stack)
    wanted = _read(preview) if preview else _previewed(root, stack, quiet=as_json)
    try:
        cost = estimate(entry, wanted, _read(base_preview) if base_preview else None)
    except ValueError as error:
        raise UsageError(f"{preview or base_preview}: {error}.", _HOW) from error
    verdict = judge_cost(cost)
    if as_json:
        click.echo(json.dumps({"estimate": cost.model_dump(mode="json"), "verdict": verdict.model_dump(mode="json")}))
    else:
        click.echo("\n".join(map(_printable, _table(cost, verdict))))
    return exit_code(verdict.outcome)


_HOW = "Make one with `pulumi preview --json --show-sames --stack STACK > FILE`."


def _previewed(root: Path, stack: str, *, quiet: bool) -> Mapping[str, Any]:
    from gatehouse.engine.pulumi import Engine
    from gatehouse.progress import Progress

    with Progress(quiet=quiet) as progress:
        progress.update(f"stack {stack}", "preview")
        return Engine(root).preview(stack)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _LARGEST_PREVIEW_BYTES:
            raise UsageError(f"{path} is larger than {_LARGEST_PREVIEW_BYTES >> 20} MiB: it is no preview.", _HOW)
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", _HOW) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON: {error}.", _HOW) from error
    if not isinstance(found, Mapping):
        raise UsageError(f"{path} is not a preview: it holds no object.", _HOW)
    return found


def _table(cost: CostEstimate, verdict: GateVerdict) -> Iterator[str]:
    """Lines as people read them; amounts in US dollars a month."""
    from policies.costs.gate import difference, dollars

    rows = [
        (line.resource, line.low_usd_per_month, line.expected_usd_per_month, line.high_usd_per_month, line.description)
        for line in cost.lines
    ]
    rows.append(("total", cost.low_usd_per_month, cost.expected_usd_per_month, cost.high_usd_per_month, ""))
    width = max(len("US dollars a month"), *(len(row[0]) for row in rows))
    yield f"{'US dollars a month':{width}}  {'low':>12}  {'expected':>12}  {'high':>12}"
    for name, low, expected, high, description in rows:
        amounts = "  ".join(f"{dollars(amount):>12}" for amount in (low, expected, high))
        yield f"{name:{width}}  {amounts}  {description}".rstrip()
    yield ""
    if (change := difference(cost)) is not None:
        yield f"Against base: {change:+,.2f} a month expected."
    budget = f"; budget {dollars(cost.budget_usd_per_month)}" if cost.budget_usd_per_month else ""
    yield f"Price book of {cost.price_book_date}; {cost.share_priced:.0%} priced, {len(cost.free)} free{budget}."
    for finding in verdict.findings:
        yield f"{finding.severity.value.upper()}: {finding.message}{f' {finding.fix}' if finding.fix else ''}"
    yield _next(cost, verdict)


def _printable(line: str) -> str:
    """Without what would move the cursor of a terminal: names come out of files that anybody may have written."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def _next(cost: CostEstimate, verdict: GateVerdict) -> str:
    if verdict.outcome.value != "pass":
        return f"Next: mend what is above, and run `gatehouse cost {cost.stack}` again."
    return f"Next: `gatehouse check` runs every gate; `gatehouse cost {cost.stack} --json` names each price's source."
