from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from policies.costs.book import FOLDER, age_days, load_book


def test_the_book_says_when_it_was_put_together_and_how_long_a_month_is() -> None:
    book = load_book()

    assert book.collected_on >= date(2026, 11, 23)
    assert book.hours_per_month == Decimal(730)
    assert book.stale_after_days == 90


def test_prices_are_exact_and_carry_their_source_and_date() -> None:
    price = load_book().ec2["us-east-1", "g5.xlarge"]

    assert price.usd == Decimal("1.006")
    assert price.as_of == "2026-07-20"
    assert "karpenter" in price.source


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_every_row_has_a_source_and_no_price_of_nothing(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert rows
    for row in rows:
        assert row["source"]
        amounts = [row[name] for name in ("usd", "usd_per_hour", "low", "expected", "high") if name in row]
        assert all(Decimal(amount) > 0 for amount in amounts)


def test_no_machine_is_listed_twice() -> None:
    for name in ("ec2", "sagemaker"):
        with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            keys = [(row["region"], row["instance_type"]) for row in csv.DictReader(file)]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(("as_of", "expected"), [("2026-11-01", 22), ("2026-11", 22), ("undated", None)])
def test_the_age_of_a_source(as_of: str, expected: int | None) -> None:
    assert age_days(as_of, date(2026, 11, 23)) == expected
