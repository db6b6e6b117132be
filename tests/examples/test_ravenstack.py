"""Records that contradict each other are reported as they are: counted again from the raw files, in SQL of another kind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.examples.conftest import Ran

from tierwise.project import Project

AS_OF = date(2024, 12, 31)
MODEL = Path(__file__).with_name("ravenstack.yaml")


@pytest.fixture(scope="module")
def ravenstack(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("ravenstack")
    shutil.copy(MODEL, folder / "tierwise.yaml")
    project = Project.open(folder, data_dir / "ravenstack_saas")
    landed = project.ingest()
    with project.plan(AS_OF) as plan:
        project.apply(plan)
    return Ran(project, landed, data_dir / "ravenstack_saas")


@pytest.fixture(scope="module")
def raw(ravenstack: Ran) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"file_search_path": str(ravenstack.data)}) as connection:
        for name in ("accounts", "subscriptions", "churn_events"):
            connection.execute(f"create view {name} as select * from 'ravenstack_{name}.csv.gz'")
        connection.execute("create view running as select * from subscriptions where end_date is null and not is_trial")
        yield connection


def counted(raw: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    found = raw.execute(sql).fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "sql"),
    [
        ("former_customer_running", """
            select count(*), count(distinct account_id), count(distinct account_id), sum(mrr_amount)
            from running where account_id in (select account_id from accounts where churn_flag)
         """),
        ("leaving_event_running", """
            select count(*), count(distinct account_id), count(distinct account_id), sum(mrr_amount)
            from running s where start_date < (select max(churn_date) from churn_events e where e.account_id = s.account_id)
         """),
        ("leaving_event_unmarked", """
            select count(*), count(*), count(*), null from accounts a
            where not churn_flag and account_id in (select account_id from churn_events)
              and not exists (from subscriptions s where s.account_id = a.account_id and not is_trial and start_date >=
                              (select max(churn_date) from churn_events e where e.account_id = a.account_id))
         """),
        ("former_customer_without_event", """
            select count(*), 0, count(*), null from accounts
            where churn_flag and account_id not in (select account_id from churn_events)
         """),
        ("overlapping_subscriptions", """
            select sum(n - 1), count(*), count(distinct account_id), null
            from (select account_id, plan_tier, count(*) as n from running group by all) where n > 1
         """),
    ],
)  # fmt: skip
def test_each_kind_is_counted_as_in_the_files(
    ravenstack: Ran, raw: duckdb.DuckDBPyConnection, kind: str, sql: str
) -> None:
    rows, others, accounts, money = counted(raw, sql)
    found = ravenstack.one("contradictions", f"kind = '{kind}'")
    assert (found["rows"], found["other_rows"], found["accounts"]) == (rows, others, accounts)
    assert rows > 0
    assert money is None or found["money"] == Decimal(money)


def test_only_those_kinds_are_found(ravenstack: Ran, raw: duckdb.DuckDBPyConnection) -> None:
    assert counted(raw, "select count(*) from subscriptions where mrr_amount * 12 <> arr_amount") == (0,)
    assert counted(raw, "select count(*) from subscriptions where end_date < start_date") == (0,)
    assert {row["kind"] for row in ravenstack.rows("contradictions")} == {
        "former_customer_running", "leaving_event_running", "leaving_event_unmarked", "former_customer_without_event",
        "overlapping_subscriptions",
    }  # fmt: skip


def test_three_stories_of_churn_stay_three(ravenstack: Ran, raw: duckdb.DuckDBPyConnection) -> None:
    """A record says that 22 % of the accounts left, events say 70 %, subscriptions say that nearly nobody did."""
    accounts = counted(raw, "select count(*) from accounts")[0]
    marked = counted(raw, "select count(*) filter (churn_flag) / count(*) from accounts")[0]
    events = counted(raw, "select count(distinct account_id) from churn_events")[0] / accounts
    ended = counted(raw, "select count(*) filter (end_date is not null) / count(*) from subscriptions")[0]
    assert (accounts, marked, events, ended) == (500, 0.22, 0.704, 0.0972)

    running = counted(raw, "select count(distinct account_id) from running")[0]
    stages = [row["stage"] for row in ravenstack.rows("lifecycle")]
    assert stages.count("customer") == running
    assert ravenstack.one("contradictions", "kind = 'former_customer_running'")["other_rows"] / accounts == marked
    states = [row["state"] for row in ravenstack.rows("subscriptions")]
    assert states.count("ended") == counted(
        raw, "select count(*) from subscriptions where end_date is not null and not is_trial"
    )[0]  # fmt: skip


def test_the_figures_go_by_the_subscriptions_alone(ravenstack: Ran, raw: duckdb.DuckDBPyConnection) -> None:
    """Retention is what the subscriptions give; neither the record's word nor an event moves it."""
    expected = counted(raw, """
        with months as (
            select account_id,
                   sum(mrr_amount) filter (start_date <= '2023-12-31' and coalesce(end_date > '2023-12-31', true)) as before,
                   sum(mrr_amount) filter (start_date <= '2024-12-31' and coalesce(end_date > '2024-12-31', true)) as after
            from subscriptions where not is_trial group by account_id
        )
        select sum(coalesce(after, 0)) / sum(before), count(*) from months where before > 0
    """)  # fmt: skip
    nrr = ravenstack.one("retention", "dimension = 'total' and metric = 'net_revenue_retention'")
    assert (nrr["value"], nrr["n"]) == (pytest.approx(expected[0]), expected[1])


def test_every_row_leads_to_its_records(ravenstack: Ran) -> None:
    for kind in ravenstack.rows("contradictions"):
        behind = ravenstack.rows("contradicting_records", f"kind = '{kind['kind']}'")
        assert len(behind) == kind["rows"]
        assert len({row["account_id"] for row in behind}) == kind["accounts"]
        first = next(row for row in behind if row["record_id"] == kind["example"])
        assert first["other_record_id"] == kind["example_other"]
        assert not kind["example"].startswith("saas:S") or ravenstack.one(
            "subscriptions", f"record_id = '{kind['example']}'"
        )
