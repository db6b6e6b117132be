"""Rates: the model's own, else the latest; two that disagree are decided by a stated order, and counted."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import date, datetime
from itertools import permutations
from typing import Any

from tests.steps import run

SOURCES = [{"source": "bank", "key_space": "bank", "priority": 1}, {"source": "crm", "key_space": "crm", "priority": 2}]
DAY = date(2024, 5, 1)


def rate(source: str, value: float, day: date | None = DAY, row: int = 2, **more: Any) -> dict[str, Any]:
    return {"source": source, "currency": "EUR", "rate": value, "valid_from": day, "row_number": row,
            "record_id": f"{source}:{value}", "loaded_at": datetime(2024, 6, 1), **more}  # fmt: skip


def euro(*rows: dict[str, Any], own: float | None = None) -> tuple[float, str, int]:
    lists = [] if own is None else [{"currency": "EUR", "rate": own}]
    given = {"landing_exchange_rates": rows, "spec_sources": SOURCES, "spec_rates": lists}
    found = run("rates", given=given).one("rates", currency="EUR")
    return found["rate"], found["source"], found["disagreeing"]


def test_two_rates_for_a_day_go_by_the_order_of_sources_and_are_counted() -> None:
    rows = [rate("crm", 1.2, row=9), rate("bank", 1.1), rate("bank", 1.1, row=5), rate("crm", 1.3, date(2024, 4, 1))]
    assert {euro(*order) for order in permutations(rows)} == {(1.1, "bank", 1)}


def test_within_a_source_the_last_landed_counts() -> None:
    rows = [
        rate("bank", 1.1, row=2),
        rate("bank", 1.2, row=3),
        rate("bank", 1.3, loaded_at=datetime(2024, 5, 9), row=7),
    ]
    assert {euro(*order) for order in permutations(rows)} == {(1.2, "bank", 2)}


def test_a_later_day_and_the_models_own_rate_decide_alone() -> None:
    assert euro(rate("bank", 1.1), rate("crm", 1.4, date(2024, 6, 1)), rate("crm", 1.0, None)) == (1.4, "crm", 0)
    assert euro(rate("bank", 1.1), rate("crm", 1.4), own=1.5) == (1.5, "model", 0)
