"""The ledger of ids: what keys were called, list by list; appended where something changed and nowhere else."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pyarrow as pa

from tierwise.stores.ledgers import Ledgers
from tierwise.stores.runs import Snapshot
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

JANUARY, FEBRUARY, MARCH = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)


def published(ledgers: Ledgers, number: int, day: date, **accounts: str) -> None:
    """Publish a list with these accounts by key of the CRM."""
    rows = [{"key_space": "crm", "account_key": key, "account_id": account} for key, account in accounts.items()]
    snapshot = Snapshot(f"{number:04d}", day, datetime.combine(MARCH, time()), "", "", "duckdb")
    ledgers.publish(
        snapshot, filled(dictionary()["memberships"], ()), filled(dictionary()["account_keys"], rows) if rows else None
    )


def rows(table: pa.Table) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


def test_what_changed_is_written_and_read_by_later_days(tmp_path: Path) -> None:
    ledgers = Ledgers.at(tmp_path / "workspace.db")
    published(ledgers, 1, JANUARY, one="domain:a.com", two="crm:two")
    published(ledgers, 2, JANUARY, one="domain:a.com", two="crm:two")
    assert ledgers.ids.head(JANUARY) == 0, "a list reads what was before its day"
    assert rows(ledgers.ids.before(FEBRUARY)) == [("crm", "one", "domain:a.com", 1, 1)], (
        "a key that is its own id needs none"
    )
    published(ledgers, 3, FEBRUARY, one="domain:a.com", two="domain:a.com")
    published(ledgers, 4, MARCH, one="domain:a.com", two="crm:two")
    published(ledgers, 5, MARCH)  # looks back: it writes no ids
    assert rows(ledgers.ids.before(MARCH)) == [
        ("crm", "one", "domain:a.com", 1, 1),
        ("crm", "two", "domain:a.com", 2, 2),
    ]
    assert rows(ledgers.ids.before(date(2024, 4, 1)))[2:] == [("crm", "two", "crm:two", 3, 3)]
    assert [ledgers.ids.head(day) for day in (JANUARY, FEBRUARY, MARCH, date(2024, 4, 1))] == [0, 1, 2, 3]
    ledgers.close()
