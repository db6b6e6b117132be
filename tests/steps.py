"""Single steps of the flow on a real DuckDB, from rows given by a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from tierwise.core.spec import Spec
from tierwise.core.table import Column, Table
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.model.model import Model
from tierwise.pipeline.run import step_named
from tierwise.sql.query import compiled, query
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

Rows = list[dict[str, Any]]

DAY = date(2024, 6, 30)
MODEL = Model.model_validate(
    {
        "company": "Acme",
        "currency": "USD",
        "sources": {"crm": {"kind": "files", "tables": {"accounts": "accounts.csv"}}},
    }
)

# From the records to the key of every account, where nobody judged and nothing is matched.
ACCOUNT_KEYS = ("key_groups", "joined_keys", "account_ids", "account_keys")
# From what is known of the accounts to their tiers.
SEATS = (
    "standings",
    "candidates",
    "review",
    "ranked",
    "queue",
    "capacity",
    "first_seats",
    "second_seats",
    "seatings",
    "tiers",
)


class Results(dict[str, Rows]):
    """Rows by table, in the order of the table's key."""

    def one(self, table: str, **wanted: Any) -> dict[str, Any]:
        """The one row of a table with these values."""
        found = [row for row in self[table] if all(row[name] == value for name, value in wanted.items())]
        assert len(found) == 1, f"{len(found)} rows of {table} with {wanted}: {self[table]}"
        return found[0]

    def by(self, table: str, column: str = "account_id", *, value: str) -> dict[Any, Any]:
        """One column of a table by another."""
        assert len({row[column] for row in self[table]}) == len(self[table])
        return {row[column]: row[value] for row in self[table]}


def run(
    *names: str,
    given: Mapping[str, Iterable[Mapping[str, Any]]],
    as_of: date = DAY,
    attributes: tuple[Column, ...] = (),
    **specs: Spec,
) -> Results:
    """Run the steps in the given order. Tables that nobody gives are empty; sections that nobody gives are defaults.

    The lists of the model (`spec_*`) come from the sections, unless given; `attributes` are its own columns of accounts.
    """
    sections: dict[str, Spec] = {**MODEL.specs, **specs}
    tables = dictionary(attributes)
    rows: dict[str, Iterable[Mapping[str, Any]]] = {}
    for spec in sections.values():
        rows.update(spec.tables())
    rows.update(given)
    engine = DuckdbEngine()
    here: set[str] = set()
    try:
        for name in names:
            step = step_named(name)
            assert step is not None, f"no step {name}"
            made = None if step.in_memory else step.make(sections[step.section], as_of)
            for read in set(step.reads if made is None else made.reads) - here:
                engine.register(read, filled(tables[read], rows.get(read, ())), tables[read].types)
                here.add(read)
            here.add(name)
            if made is None:
                given_to_it = {read: _table(engine, tables[read]) for read in step.reads}
                engine.register(name, step.make(sections[step.section], as_of, **given_to_it), tables[name].types)
            else:
                engine.materialize(name, compiled(made, tables, engine.dialect, target=tables[name]))
        return Results({name: _rows(engine, tables[name]) for name in names})
    finally:
        engine.close()


def _rows(engine: DuckdbEngine, table: Table) -> Rows:
    return _table(engine, table, " order by " + ", ".join(table.key or table.names)).to_pylist()


def _table(engine: DuckdbEngine, table: Table, order: str = "") -> pa.Table:
    return engine.fetch(compiled(query(f"select * from {table.name}{order}"), {table.name: table}, engine.dialect))
