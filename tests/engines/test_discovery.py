"""The search for profiles on every engine: the cube's grouping sets, packed codes and joins by range give the same rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tierwise.core.table import BOOLEAN, Column
from tierwise.engines import Engine
from tierwise.pipeline.flow import DISCOVERY
from tierwise.pipeline.run import execute, fetch
from tierwise.sql.query import query
from tierwise.stages.accounts.unify import AccountsSpec
from tierwise.stages.performance.discovery.spec import DiscoverySpec
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

DAY = date(2024, 6, 30)
OWN = (Column("stack", BOOLEAN, "has the stack"),)
TABLES = dictionary(OWN)
COMPARED = tuple(step.name for step in DISCOVERY if step.name != "accounts_at_purchase")


def records(n: int = 260) -> dict[str, list[dict[str, Any]]]:
    """Customers with text, numbers, yes/no and behaviour, some under one parent, some attributes missing."""
    rng = np.random.default_rng(4)
    accounts, cohort, months, signals = [], [], [], []
    for i in range(n):
        key = f"c{i:03}"
        industry = ["Éclair", "O'Brien", None][int(rng.choice(3, p=[0.45, 0.45, 0.1]))]
        better = 0.8 if industry == "Éclair" else 0.0
        start = round(float(rng.lognormal(4, 0.7)), 2)
        accounts.append({"account_id": key, "ultimate_parent_id": f"c{i - i % 2:03}", "industry": industry,
                         "employees": int(rng.integers(1, 3000)), "stack": bool(rng.random() < 0.5)})  # fmt: skip
        end = round(start * float(rng.choice([0.0, 1.0, 1.2]) + better), 2)
        cohort.append({"account_id": key, "start_revenue": start, "end_revenue": end, "in_cohort": True})
        months.append({"account_id": key, "month": date(2024, 1, 1), "revenue": 1, "basis": "subscriptions"})
        if rng.random() < 0.4:
            signals.append(
                {"account_id": key, "signal_id": "pricing", "occurred_at": datetime.fromisoformat("2023-12-15")}
            )
    signals.append({"account_id": "old", "signal_id": "pricing", "occurred_at": datetime.fromisoformat("2020-01-01")})
    return {"accounts": accounts, "accounts_at_start": accounts, "retention_cohort": cohort, "revenue_months": months,
            "opportunities": [], "signals": signals}  # fmt: skip


def searched(engine: Engine) -> dict[str, pa.Table]:
    """Every table of discovery, in the order of its key."""
    columns = {"columns": OWN, "signals": ("pricing",), "missing_selector": True}
    spec = DiscoverySpec(
        min_customers=10, min_n_eff=4, depth=3, attributes=("industry", "employees", "stack"), **columns
    )
    for name, rows in records().items():
        engine.register(name, filled(TABLES[name], rows), TABLES[name].types)
    for step in DISCOVERY:
        if step.name in COMPARED:
            execute(engine, step, spec, DAY, TABLES, {})
    found = {}
    for name in COMPARED:
        keys = ", ".join(TABLES[name].key)
        found[name] = fetch(engine, query(f"select * from {name} order by {keys}"), TABLES, {})
    return found


@pytest.fixture(scope="module")
def wanted(duckdb_engine: Engine) -> dict[str, pa.Table]:
    found = searched(duckdb_engine)
    assert all(found[name].num_rows for name in COMPARED)
    kinds = {row["kind"] for row in found["profile_attributes"].to_pylist()}
    assert {"text", "number", "yes/no", "behaviour"} <= kinds
    return found


def test_the_search_gives_the_same_rows(engine: Engine, wanted: dict[str, pa.Table]) -> None:
    for name, table in searched(engine).items():
        rows, others = table.to_pylist(), wanted[name].to_pylist()
        assert len(rows) == len(others), name
        for row, other in zip(rows, others, strict=True):
            for column, value in other.items():
                same = pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value
                assert row[column] == same, f"{name}: {row}, wanted {other}"


@pytest.mark.parametrize("dialect", ["duckdb", "spark", "postgres"])
def test_accounts_at_purchase_are_those_known_by_then(dialect: str, request: pytest.FixtureRequest) -> None:
    """The correlated condition runs on every engine; a record of later says nothing."""
    engine: Engine = request.getfixturevalue(f"{dialect}_engine")
    step = next(step for step in DISCOVERY if step.name == "accounts_at_purchase")
    moments = {"before": "2024-01-10", "within": "2024-01-31 12:00:00", "after": "2024-02-01"}
    given: dict[str, list[dict[str, Any]]] = {
        "landing_accounts": [
            {"account_key": key, "record_id": key, "source": "crm", "known_at": datetime.fromisoformat(moment), "name": key,
             "loaded_at": datetime.fromisoformat("2024-03-01")}
            for key, moment in moments.items()
        ],
        "spec_sources": [{"source": "crm", "key_space": "crm", "priority": 1}],
        "account_keys": [{"key_space": "crm", "account_key": key, "account_id": key} for key in moments],
        "account_trees": [],
        "account_parents": [],
        "profile_purchases": [
            {"account_id": key, "purchased_at": datetime.fromisoformat("2024-01-01"),
             "known_until": datetime.fromisoformat("2024-02-01")}
            for key in moments
        ],
    }  # fmt: skip
    for name, rows in given.items():
        engine.register(name, filled(TABLES[name], rows), TABLES[name].types)
    execute(engine, step, AccountsSpec(), DAY, dictionary(), {})
    found = fetch(engine, query("select account_id from accounts_at_purchase order by account_id"), dictionary(), {})
    assert found["account_id"].to_pylist() == ["before", "within"]
