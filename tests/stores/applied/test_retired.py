"""Who is retired follows from the moves alone: held against the history of each account, read by hand."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.stores.ledgers import Ledgers
from tierwise.stores.runs import Snapshot
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

FIRST = date(2024, 1, 1)
TIERS = st.sampled_from(["1", "2", "3", "parked", "excluded", None])
LISTS = st.lists(st.dictionaries(st.sampled_from("abc"), TIERS, max_size=3), min_size=1, max_size=7)


def day_of(number: int) -> date:
    return FIRST + timedelta(days=number - number % 2)


def published(ledgers: Ledgers, number: int, tiers: dict[str, str | None]) -> None:
    """Publish a list that moves these accounts; on every second day there are two."""
    rows = [{"account_id": a, "to_tier": tier, "reason": f"{a}{number}", "moved": True} for a, tier in tiers.items()]
    snapshot = Snapshot(f"{number:04d}", day_of(number), datetime(2024, 3, 1), f"f{number}", "hash", "duckdb")
    ledgers.publish(snapshot, filled(dictionary()["memberships"], rows))


def by_hand(lists: list[dict[str, str | None]], account: str) -> dict[str, Any] | None:
    """The retirement of one account, from its moves one after the other."""
    listed, retired = None, None
    for number, tiers in enumerate(lists):
        if account not in tiers:
            continue
        tier = tiers[account]
        if tier in ("1", "2", "3"):
            listed = tier
        if tier not in ("excluded", None):
            retired = None
        elif listed is not None:
            made = {"account_id": account, "from_tier": listed, "retired_on": day_of(number), "run_id": f"{number:04d}",
                    "reason": f"{account}{number}"}  # fmt: skip
            retired = {**(retired or made), "gone": tier is None, "last_reason": f"{account}{number}"}
    return retired


@settings(max_examples=12, deadline=None)
@given(LISTS)
def test_who_is_retired_follows_from_the_moves(lists: list[dict[str, str | None]]) -> None:
    with TemporaryDirectory() as folder:
        ledgers = Ledgers.at(Path(folder) / "workspace.db")
        for number, tiers in enumerate(lists):
            published(ledgers, number, tiers)
        last = day_of(len(lists) - 1)
        expected = [row for row in (by_hand(lists, account) for account in "abc") if row is not None]
        found = [dict(row) for row in ledgers.retired.known(last)]
        assert found == sorted(found, key=lambda row: (-row["retired_on"].toordinal(), row["account_id"]))
        assert sorted(found, key=lambda row: row["account_id"]) == expected
        assert [dict(row) for row in ledgers.retired.known(last, ["b"])] == [
            r for r in expected if r["account_id"] == "b"
        ]
        # a day earlier, what came on the last day is not known
        before = [tiers for number, tiers in enumerate(lists) if day_of(number) < last]
        assert len(ledgers.retired.known(last - timedelta(days=1))) == sum(
            by_hand(before, account) is not None for account in "abc"
        )
        ledgers.close()


def test_parked_is_not_retired_and_who_was_never_listed_cannot_be(tmp_path: Path) -> None:
    ledgers = Ledgers.at(tmp_path / "workspace.db")
    published(ledgers, 0, {"a": "1", "b": "2", "c": "excluded"})
    published(ledgers, 2, {"a": "parked", "b": "excluded", "c": None})
    assert [(r["account_id"], r["from_tier"], r["reason"]) for r in ledgers.retired.known(date.max)] == [
        ("b", "2", "b2")
    ]
    ledgers.close()
