"""Databases as sources: read on from where the last reading ended, with nothing lost and nothing twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.companies import SEGMENTS

from tierwise.core.errors import DataError, ModelError, NotFound, RemoteError
from tierwise.project import Project
from tierwise.stores.landing import Landing

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
ACCOUNTS: dict[str, Any] = {"table": "companies", "cursor": "changed", "map": {
    "account_key": "id", "name": "name", "industry": "industry", "updated_at": "changed"}}  # fmt: skip
MAKE = "create table companies (id text primary key, name text, industry text, staff integer, changed timestamp, gone text)"


class Shop:
    """A database with companies, and a project that reads it."""

    def __init__(self, folder: Path, do: Callable[..., None], source: dict[str, Any]) -> None:
        self.folder, self.do, self.source = folder, do, source
        do(MAKE)
        self.describe()

    def describe(self, **accounts: Any) -> None:
        source = {"kind": "database", **self.source, "tables": {"accounts": {**ACCOUNTS, **accounts}}}
        model = {"company": "Acme", "currency": "USD", "segments": SEGMENTS, "sources": {"crm": source},
                 "signals": {}, "attributes": None}  # fmt: skip
        text = json.dumps({name: value for name, value in model.items() if value is not None})
        (self.folder / "tierwise.yaml").write_text(text, encoding="utf-8")

    def put(self, key: str, changed: datetime | None, name: str = "Acme") -> None:
        self.do("delete from companies where id = ?", key)
        self.do("insert into companies values (?, ?, 'Banking', 10, ?, null)", key, name, changed)

    def read(self, whole: bool = False) -> tuple[bool, int]:
        """Whether anything was new, and the rows of the newest batch."""
        with closing(Project.open(self.folder)) as project:
            (file,) = project.ingest(NOW, whole=whole).files
            return file.new, file.loaded

    def landed(self) -> set[tuple[str, str]]:
        """Every version that is in force: key and name."""
        with closing(Project.open(self.folder)) as project:
            return {(row["account_key"], row["name"]) for row in in_force(project.workspace.landing)}


def in_force(landing: Landing) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    for batch in landing.current("crm", "accounts"):
        yield from pq.read_table(batch.data).to_pylist()


def sqlite_shop(folder: Path) -> Shop:
    connection = sqlite3.connect(folder / "crm.db", isolation_level=None)

    def do(sql: str, *values: Any) -> None:
        texts = [value.isoformat(sep=" ") if isinstance(value, datetime) else value for value in values]
        connection.execute(sql, texts)

    return Shop(folder, do, {"url": "sqlite:///crm.db"})


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    if request.param == "sqlite":
        yield sqlite_shop(tmp_path)
        return
    address = request.getfixturevalue("postgres_url")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("drop table if exists companies")
        monkeypatch.setenv("CRM_URL", address)

        def do(sql: str, *values: Any) -> None:
            connection.execute(sql.replace("?", "%s").encode(), values)

        yield Shop(tmp_path, do, {"url_from": "CRM_URL"})
        connection.execute("drop table companies")


def day(number: float) -> datetime:
    return datetime(2026, 5, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(days=number)


def test_it_is_read_on_from_the_newest_row(shop: Shop) -> None:
    shop.put("1", day(0), "One")
    shop.put("2", day(10), "Two")
    shop.put("3", None, "Undated")
    assert shop.read() == (True, 3)
    assert shop.read()[0] is False, "nothing has changed"
    shop.put("4", day(12), "Four")
    shop.put("1", day(13), "One renamed")
    assert shop.read() == (True, 2)
    assert shop.landed() == {("1", "One"), ("1", "One renamed"), ("2", "Two"), ("3", "Undated"), ("4", "Four")}
    assert shop.read()[0] is False


def test_a_row_that_is_committed_late_is_found_within_the_overlap(shop: Shop) -> None:
    shop.put("1", day(10))
    shop.read()
    shop.put("late", day(9.5), "Late")
    shop.put("lost", day(7), "Too late")
    assert shop.read() == (True, 1)
    assert ("late", "Late") in shop.landed()
    shop.describe(overlap=5)  # no other rows, so what was read stays
    assert shop.read() == (True, 1)
    assert ("lost", "Too late") in shop.landed()


def test_what_was_deleted_leaves_when_everything_is_read_again(shop: Shop) -> None:
    shop.put("1", day(0))
    shop.put("2", day(1))
    shop.read()
    shop.do("delete from companies where id = '1'")
    assert shop.read()[0] is False
    assert shop.read(whole=True) == (True, 1)
    assert {key for key, _ in shop.landed()} == {"2"}


def test_another_reading_of_the_model_starts_anew(shop: Shop) -> None:
    shop.put("1", day(0))
    shop.read()
    shop.put("2", day(1))
    shop.describe(query="select id, name, industry, changed from companies where name <> 'x'", table=None)
    assert shop.read() == (True, 2), "all rows, in the place of those that were read in another way"
    assert len(shop.landed()) == 2


def test_without_a_cursor_everything_is_read_each_time(shop: Shop) -> None:
    shop.describe(cursor=None)
    shop.put("1", day(0))
    shop.put("2", day(1))
    assert shop.read() == (True, 2)
    assert shop.read()[0] is False
    shop.do("delete from companies where id = '1'")
    assert shop.read() == (True, 1)


def test_a_run_that_dies_between_landing_and_force_reads_the_same_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.put("1", day(0))
    shop.read()
    shop.put("2", day(1))

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Landing, "put_in_force", dies)
        with pytest.raises(KeyboardInterrupt):
            shop.read()
    shop.put("3", day(2))
    shop.read()
    assert {key for key, _ in shop.landed()} == {"1", "2", "3"}


def test_nothing_can_be_written(shop: Shop) -> None:
    shop.put("1", day(0))
    shop.describe(query="delete from companies returning *", table=None)
    with pytest.raises((DataError, RemoteError)):
        shop.read()
    shop.describe()
    assert shop.read() == (True, 1)


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        ({"table": "companys"}, "there is no table 'companys'", "companies"),
        ({"cursor": "change"}, "there is no column 'change' for the cursor", "did you mean 'changed'"),
        ({"map": {"account_key": "idd"}}, "idd", ""),
        ({"query": "select * from", "table": None}, "the query of", ""),
    ],
)
def test_mistakes_are_told_with_the_near_miss(shop: Shop, said: dict[str, Any], message: str, hint: str) -> None:
    shop.put("1", day(0))
    shop.describe(**said)
    with pytest.raises((DataError, NotFound, RemoteError)) as refused:
        shop.read()
    assert message in f"{refused.value}"
    assert hint in f"{refused.value}"


def test_a_password_is_never_shown_nor_kept_in_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = sqlite_shop(tmp_path)
    shop.source = {"url": "postgresql://reader:hunter2@127.0.0.1:9/crm"}
    shop.describe()
    with pytest.raises(ModelError) as refused:
        shop.read()
    assert "url_from" in str(refused.value)
    assert "hunter2" not in str(refused.value)
    shop.source = {"url_from": "CRM_URL"}
    shop.describe()
    with pytest.raises(NotFound, match="the environment has no CRM_URL"):
        shop.read()
    (tmp_path / "secret").write_text("postgresql://reader:hunter2@127.0.0.1:9/crm\n", encoding="utf-8")
    monkeypatch.setenv("CRM_URL_FILE", str(tmp_path / "secret"))
    with pytest.raises(RemoteError) as unreachable:
        shop.read()
    assert "127.0.0.1" in str(unreachable.value)
    assert "hunter2" not in str(unreachable.value)


WRITES = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(-1, 3), st.sampled_from(["x", "y", "z"]), st.booleans()), max_size=12
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=WRITES)
def test_whatever_the_order_of_writes_and_readings_the_newest_of_each_is_there(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, int, str, bool]]
) -> None:
    """Rows change at most a day late, which is the overlap; after each reading every row of the database has landed."""
    shop = sqlite_shop(tmp_path_factory.mktemp("writes"))
    now = 0
    shop.put("first", day(0))
    for key, forward, name, reads in writes:
        now += max(forward, 0)
        shop.put(key, day(now + (forward if forward < 0 else 0) * 0.9), name)
        if reads:
            shop.read()
    shop.read()
    connection = sqlite3.connect(shop.folder / "crm.db")
    assert set(connection.execute("select id, name from companies")) <= shop.landed()
