"""`make bench`: every measure of the product beside its bar, and beside a peer measured in the same run."""

from __future__ import annotations

import sys
from importlib import import_module

from tests.bench.row import Row

MEASURES = ("command", "evals", "policy", "costs", "gateway")


def main(wanted: list[str]) -> int:
    """Run the named measures, or all. 0 when every bar is held, 1 when one is not."""
    if unknown := sorted(set(wanted) - set(MEASURES)):
        print(f"No such measure: {', '.join(unknown)}. Measures: {', '.join(MEASURES)}.", file=sys.stderr)
        return 2
    held = True
    print("| measure | ours | bar | peer in the same run |\n|---|---:|---:|---|", flush=True)
    for name in wanted or MEASURES:
        for row in import_module(f"tests.bench.{name}").rows():
            print(_line(row), flush=True)
            held = held and row.holds
    return 0 if held else 1


def _line(row: Row) -> str:
    mark = "" if row.holds else " MISSED"
    bar = "" if row.bar is None else f"{'at least' if row.more_is_better else 'at most'} {row.bar:,g}"
    peer = "" if row.peer is None else f"{row.peer_name} {_figure(row.peer, row.unit)}"
    return f"| {row.name} | {_figure(row.ours, row.unit)}{mark} | {bar} | {peer or row.note} |"


def _figure(value: float | None, unit: str) -> str:
    return "not measured" if value is None else f"{value:,.3g} {unit}" if value < 1_000 else f"{value:,.0f} {unit}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
