"""The workspace database, on SQLite and on PostgreSQL: published or not, the list in force, history, migrations."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from tierwise.core.errors import Busy, NotFound, StorageError
from tierwise.stores.database import HEAD, metadata
from tierwise.stores.ledgers import Ledgers
from tierwise.stores.runs import Snapshot
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import TABLES

JANUARY, FEBRUARY = date(2024, 1, 31), date(2024, 2, 29)


def emptied(url: str) -> str:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(
            sa.text("drop table if exists snapshots, applied_memberships, account_ids, ledger_entries, alembic_version")
        )
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'workspace.db'}"
    return emptied(request.getfixturevalue("postgres_url"))


@pytest.mark.parametrize("name", ["a?b", "a%20b", "a#b", "ä b"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    opened = Ledgers.at(tmp_path / name / "workspace.db")
    assert opened.memberships.head() == 0
    opened.publish(snapshot("0001"), moves([]))
    opened.close()
    assert (tmp_path / name / "workspace.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.fixture
def ledgers(url: str) -> Iterator[Ledgers]:
    opened = Ledgers(url)
    yield opened
    opened.close()


def snapshot(run_id: str, as_of: date = JANUARY, **more: Any) -> Snapshot:
    return Snapshot(run_id, as_of, datetime(2024, 3, 1, 12), f"fingerprint-{run_id}", "hash", "duckdb", **more)


def move(account: str, to: str | None, since: str | None = None) -> dict[str, Any]:
    return {
        "account_id": account, "from_tier": since, "to_tier": to, "from_segment": None, "to_segment": "banks" if to else None,
        "from_stage": None, "to_stage": "unaware" if to else None, "reason": "seat by value", "moved": True,
    }  # fmt: skip


def moves(rows: list[dict[str, Any]]) -> pa.Table:
    return filled(next(table for table in TABLES if table.name == "memberships"), rows)


def in_force(ledgers: Ledgers, as_of: date) -> dict[str, str]:
    return {row["account_id"]: row["tier"] for row in ledgers.memberships.in_force(as_of).to_pylist()}


def test_a_new_database_is_empty(ledgers: Ledgers) -> None:
    assert (ledgers.runs.all(), ledgers.runs.latest(), ledgers.memberships.head(), ledgers.runs.next_id()) == (
        [],
        None,
        0,
        "0001",
    )
    assert in_force(ledgers, JANUARY) == {}


def test_a_snapshot_comes_back_as_it_was_published(ledgers: Ledgers) -> None:
    given = snapshot("0001", inputs=("crm/accounts/1",), tables={"tiers": {"rows": 2, "sha256": {"part": "ab"}}},
                     versions={"duckdb": "1"}, marks=("readiness unknown",))  # fmt: skip
    ledgers.publish(given, moves([]))
    assert ledgers.runs.all() == [given] == [ledgers.runs.find("0001")]
    assert ledgers.runs.latest() == given == ledgers.runs.latest(JANUARY)
    assert ledgers.runs.latest(FEBRUARY) is None
    with pytest.raises(NotFound, match="no run '0009'"):
        ledgers.runs.find("0009")


def test_the_list_in_force_is_the_last_row_of_each_account(ledgers: Ledgers) -> None:
    ledgers.publish(snapshot("0001"), moves([move("a", "1"), move("b", "2"), move("c", "2")]))
    assert ledgers.memberships.head() == 3
    ledgers.publish(snapshot("0002", FEBRUARY), moves([move("b", "1", "2"), move("c", None, "2"), move("d", "3")]))
    assert in_force(ledgers, FEBRUARY) == {"a": "1", "b": "1", "d": "3"}
    assert in_force(ledgers, JANUARY) == {"a": "1", "b": "2", "c": "2"}
    assert in_force(ledgers, date(2023, 12, 31)) == {}


def test_history_reads_forward_and_stops_at_its_day(ledgers: Ledgers) -> None:
    ledgers.publish(snapshot("0001"), moves([move("a", "2")]))
    ledgers.publish(snapshot("0002", FEBRUARY), moves([move("a", "1", "2"), move("b", "1")]))
    assert [(row["run_id"], row["from_tier"], row["tier"]) for row in ledgers.memberships.history("a")] == [
        ("0001", None, "2"), ("0002", "2", "1"),
    ]  # fmt: skip
    assert [row["run_id"] for row in ledgers.memberships.history("a", JANUARY)] == ["0001"]


def test_the_head_before_a_run_is_what_it_was_planned_on(ledgers: Ledgers) -> None:
    for number in range(1, 4):
        ledgers.publish(snapshot(f"{number:04d}"), moves([move(f"a{number}{n}", "1") for n in range(number)]))
    assert [ledgers.memberships.head_before(f"{number:04d}") for number in (1, 2, 3)] == [0, 1, 3]
    assert ledgers.runs.next_id() == "0004"
    # as text, '10000' would stand before '9999'
    ledgers.publish(snapshot("9999"), moves([move("x", "1")]))
    ledgers.publish(snapshot("10000"), moves([move("y", "1")]))
    assert (ledgers.memberships.head_before("9999"), ledgers.memberships.head_before("10000")) == (6, 7)


def test_published_with_its_moves_or_not_at_all(ledgers: Ledgers) -> None:
    broken = {**move("a", "1"), "account_id": None}
    with pytest.raises((StorageError, Busy)):
        ledgers.publish(snapshot("0001"), moves([move("b", "1"), broken]))
    assert (ledgers.runs.all(), ledgers.memberships.head()) == ([], 0)


def test_a_run_that_was_faster_is_busy_and_not_damage(ledgers: Ledgers) -> None:
    ledgers.publish(snapshot("0001"), moves([]))
    with pytest.raises(Busy, match="another run published"):
        ledgers.publish(snapshot("0001"), moves([move("a", "1")]))
    assert ledgers.memberships.head() == 0


def test_what_was_written_is_there_for_the_next_process(url: str) -> None:
    first = Ledgers(url)
    first.publish(snapshot("0001"), moves([move("a", "1")]))
    first.close()
    second = Ledgers(url)
    assert in_force(second, JANUARY) == {"a": "1"}
    second.close()


def test_migrations_give_the_tables_of_the_code(url: str) -> None:
    made = Ledgers(url)
    made.publish(snapshot("0001"), moves([]))
    made.close()
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert connection.execute(sa.text("select version_num from alembic_version")).scalar() == HEAD
        inspector = sa.inspect(connection)
        for name, table in metadata.tables.items():
            made = {column["name"]: column for column in inspector.get_columns(name)}
            assert made.keys() == {column.name for column in table.columns}
            for column in table.columns:
                assert made[column.name]["nullable"] == column.nullable, f"{name}.{column.name}"
    engine.dispose()


def test_the_password_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        Ledgers("postgresql://someone:hush-hush@127.0.0.1:1/none")
    assert "hush-hush" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("content", [b"this is no database " * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "workspace.db").write_bytes(content)
    with pytest.raises(StorageError, match=r"(?s)damaged.*workspace\.db"):
        Ledgers.at(tmp_path / "workspace.db")


def test_damage_found_while_reading_is_said_too(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    ledgers = Ledgers.at(path)
    ledgers.publish(snapshot("0001"), moves([move(f"account-{n:05}", "1") for n in range(2000)]))
    ledgers.close()
    again = Ledgers.at(path)
    body = bytearray(path.read_bytes())
    body[8192:] = b"\xa5" * (len(body) - 8192)
    path.write_bytes(bytes(body))
    with pytest.raises(StorageError, match="damaged"):
        again.memberships.in_force(JANUARY)
    again.close()
