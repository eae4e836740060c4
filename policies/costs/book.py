"""The price book: dated figures with their sources, read from the files beside this one."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "prices"
UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Price:
    """One figure in US dollars, where it is from, and when that source was written."""

    usd: Decimal
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Range:
    """A figure between idle and full load, in the unit of its row."""

    low: Decimal
    expected: Decimal
    high: Decimal
    source: str
    as_of: str

    @property
    def levels(self) -> tuple[Decimal, Decimal, Decimal]:
        """Low, expected, high."""
        return self.low, self.expected, self.high


@dataclass(frozen=True)
class PriceBook:
    """All prices. Machines by (region, instance type) and hour, disks by (region, item) and month."""

    collected_on: date
    stale_after_days: int
    hours_per_month: Decimal
    ec2: Mapping[tuple[str, str], Price]
    sagemaker: Mapping[tuple[str, str], Price]
    storage: Mapping[tuple[str, str], Price]
    electricity: Mapping[str, Range]


@cache
def load_book(folder: Path = FOLDER) -> PriceBook:
    """Read every file once a process."""
    about = json.loads((folder / "book.json").read_text(encoding="utf-8"))
    return PriceBook(
        collected_on=date.fromisoformat(about["collected_on"]),
        stale_after_days=int(about["stale_after_days"]),
        hours_per_month=Decimal(about["hours_per_month"]),
        ec2=_machines(folder / "ec2.csv"),
        sagemaker=_machines(folder / "sagemaker.csv"),
        storage={(row["region"], row["item"]): _price(row, row["usd"]) for row in _rows(folder / "storage.csv")},
        electricity={row["item"]: _range(row) for row in _rows(folder / "electricity.csv")},
    )


def age_days(as_of: str, today: date) -> int | None:
    """Days since a source was written, `as_of` being `2026-08-03`, `2026-08` or `undated`."""
    written = _date(as_of)
    return (today - written).days if written else None


def _machines(path: Path) -> dict[tuple[str, str], Price]:
    return {(row["region"], row["instance_type"]): _price(row, row["usd_per_hour"]) for row in _rows(path)}


def _price(row: Mapping[str, str], usd: str) -> Price:
    return Price(Decimal(usd), row["source"], row["as_of"] or UNDATED)


def _range(row: Mapping[str, str]) -> Range:
    low, expected, high = (Decimal(row[level]) for level in ("low", "expected", "high"))
    return Range(low, expected, high, row["source"], row["as_of"] or UNDATED)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _date(text: str) -> date | None:
    if text == UNDATED:
        return None
    return date.fromisoformat(text if len(text) > len("2026-08") else f"{text}-01")
