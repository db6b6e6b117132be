"""Kept lists are a cache: present, absent, damaged or of another ledger, the list in force is the same."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tierwise.stores.ledgers import Ledgers
from tierwise.stores.runs import Snapshot
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

FIRST = date(2024, 1, 1)


def published(ledgers: Ledgers, number: int, changes: dict[str, str | None], lists: int = 0) -> None:
    """Publish a list, on every second day two of them."""
    day = FIRST + timedelta(days=number - number % 2)
    rows: list[dict[str, Any]] = [
        {"account_id": account, "to_tier": tier, "to_segment": tier and "banks", "reason": "x", "moved": True,
         "tier_since": day if tier == "1" else None, "reviews_beyond": number}
        for account, tier in changes.items()
    ]  # fmt: skip
    moment = datetime(2024, 3, 1, 12) + timedelta(hours=lists)
    snapshot = Snapshot(f"{number:04d}", day, moment, f"f{number}", "hash", "duckdb")
    ledgers.publish(snapshot, filled(dictionary()["memberships"], rows))


@pytest.fixture
def ledgers(tmp_path: Path) -> Iterator[Ledgers]:
    opened = Ledgers.at(tmp_path / "workspace.db")
    published(opened, 0, {"a": "1", "b": "2", "c": "3"})
    published(opened, 2, {"a": "2", "b": None})
    yield opened
    opened.close()


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "lists").glob("*.parquet"))


def test_the_list_in_force_is_what_the_rows_say(tmp_path: Path) -> None:
    draws = random.Random(7)
    with_lists = Ledgers.at(tmp_path / "workspace.db")
    bare = Ledgers(f"sqlite:///{tmp_path / 'workspace.db'}")
    lists: dict[date, dict[str, str | None]] = {}
    for number in range(16):
        changes = {
            name: draws.choice(["1", "2", "3", None]) for name in draws.sample("zyxwvuäéA1", draws.randint(0, 6))
        }
        published(with_lists, number, changes)
        lists.setdefault(FIRST + timedelta(days=number - number % 2), {}).update(changes)
        for day in (FIRST + timedelta(days=n) for n in (-1, number - 4, number - 2, number - 1, number, 400)):
            found = with_lists.memberships.in_force(day)
            assert found.equals(bare.memberships.in_force(day)), (number, day)
            newest = {name: tier for there in sorted(lists) if there <= day for name, tier in lists[there].items()}
            wanted = sorted((name, tier) for name, tier in newest.items() if tier)
            assert [(row["account_id"], row["tier"]) for row in found.to_pylist()] == wanted
    assert len(kept(tmp_path)) == 2
    with_lists.close()
    bare.close()


def test_a_kept_list_is_read(ledgers: Ledgers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(ledgers.memberships), "_newest", lambda *numbers: pytest.fail("read row by row"))
    for day, accounts in ((FIRST, ["a", "b", "c"]), (date.max, ["a", "c"])):
        assert ledgers.memberships.in_force(day)["account_id"].to_pylist() == accounts


def test_a_damaged_list_is_as_if_it_were_not_there(ledgers: Ledgers, tmp_path: Path) -> None:
    before = ledgers.memberships.in_force(date.max)
    for path in kept(tmp_path):
        body = bytearray(path.read_bytes())
        body[40:60] = b"\xa5" * 20
        path.write_bytes(bytes(body))
    assert ledgers.memberships.in_force(date.max) == before


def test_a_list_of_another_ledger_is_not_read(ledgers: Ledgers, tmp_path: Path) -> None:
    """A database that was put back from a backup goes on with numbers that the lists of the lost one have."""
    other = tmp_path / "other"
    restored = Ledgers.at(other / "workspace.db")
    published(restored, 0, {"x": "1", "y": "2", "z": "3"}, lists=1)
    published(restored, 2, {"x": "2", "y": "1"}, lists=1)
    shutil.rmtree(other / "lists")
    shutil.copytree(tmp_path / "lists", other / "lists")
    assert restored.memberships.in_force(date.max)["account_id"].to_pylist() == ["x", "y", "z"]
    published(restored, 4, {"y": None}, lists=1)
    assert restored.memberships.in_force(date.max)["account_id"].to_pylist() == ["x", "z"]
    assert isinstance(restored.memberships.in_force(FIRST), pa.Table)
    restored.close()


def test_a_disk_that_refuses_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "lists").write_text("in the way", encoding="utf-8")
    opened = Ledgers.at(tmp_path / "workspace.db")
    published(opened, 0, {"a": "1"})
    assert opened.memberships.in_force(FIRST)["account_id"].to_pylist() == ["a"]
    opened.close()
