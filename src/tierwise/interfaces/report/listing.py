"""One published list, open for reading: what every chapter is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from tierwise.project import Project

Row = Mapping[str, Any]
Rows = list[dict[str, Any]]

MOST_TEXT = 3000  # characters of ids in one condition, which may hold no more than 4000


@dataclass(frozen=True)
class Listing:
    """The rows of one published list and its model.

    `previous`: the run that its moves are counted from, '' without one. `lists`: the runs that were ever in force up to it.
    `prices`: what repairs of its records would do to it; None where nobody asked.
    """

    published: Any
    previous: str
    lists: tuple[Any, ...] = ()
    prices: Any = None

    @property
    def model(self) -> Any:
        """The model that the list was made with."""
        return self.published.model

    @property
    def currency(self) -> str:
        return str(self.model.currency)

    @property
    def segments(self) -> tuple[str, ...]:
        """Names of the segments, in the order of the model."""
        return tuple(self.model.segments)

    def table(self, name: str, where: str = "") -> Any:
        """A table of the dictionary as Arrow. Raises NotFound where the list was made before there was one."""
        return self.published.read(name, where)

    def rows(self, name: str, where: str = "") -> Rows:
        """The rows of a table."""
        found: Rows = self.table(name, where).to_pylist()
        return found

    def of_accounts(self, name: str, ids: Sequence[str]) -> Rows:
        """The rows of some accounts, however many, in as few reads as conditions of a lawful length allow."""
        rows: Rows = []
        first, size = 0, 0
        for place, account in enumerate(ids):
            if size + len(account) > MOST_TEXT and place > first:
                rows += self.rows(name, any_of("account_id", ids[first:place]))
                first, size = place, 0
            size += len(account) + 6
        return rows + (self.rows(name, any_of("account_id", ids[first:])) if ids else [])

    def by_account(self, name: str, ids: Sequence[str]) -> dict[str, Rows]:
        """The rows of some accounts, by account."""
        found: dict[str, Rows] = {}
        for row in self.of_accounts(name, ids):
            found.setdefault(row["account_id"], []).append(row)
        return found

    def named(self, rows: Rows) -> Rows:
        """Rows with the name of their account; its id where there is none."""
        names = {r["account_id"]: r["name"] for r in self.of_accounts("accounts", [row["account_id"] for row in rows])}
        return [{**row, "name": names.get(row["account_id"]) or row["account_id"]} for row in rows]

    def in_order(self, rows: Rows, column: str = "segment") -> Rows:
        """Rows of segments in the order of the model."""
        place = {name: number for number, name in enumerate(self.segments)}
        return sorted(rows, key=lambda row: place.get(row[column], len(place)))

    def sliced(self, rows: Rows) -> Rows:
        """Estimates of the segments in the order of the model, everybody last; other dimensions are left out."""
        kept = [row for row in rows if row["dimension"] in ("segment", "total")]
        return sorted(self.in_order(kept, "name"), key=lambda row: bool(row["dimension"] == "total"))


@contextmanager
def open_list(project: Project, run_id: str | None = None, prices: Any = None) -> Iterator[Listing]:
    """One published list, the one in force by default. Raises NotFound without any."""
    snapshot = project.snapshot(run_id)
    with project.published(snapshot) as published:
        before = lists_before(project.runs(), snapshot)
        yield Listing(published, in_force_on(before, snapshot.as_of), (*before, snapshot), prices)


def lists_before(runs: Iterable[Any], snapshot: Any) -> list[Any]:
    """The lists that had been in force when a list was made, oldest first."""
    return ever_in_force(takewhile(lambda run: run.run_id != snapshot.run_id, runs))


def in_force_on(runs: Iterable[Any], day: date) -> str:
    """The list that was in force on a day; empty when there was none."""
    return next((str(run.run_id) for run in reversed(ever_in_force(runs)) if run.as_of <= day), "")


def ever_in_force(runs: Iterable[Any]) -> list[Any]:
    """The lists that were in force at some time, oldest first. One that looked back never was."""
    kept: list[Any] = []
    for run in runs:
        if not kept or run.as_of >= kept[-1].as_of:
            kept.append(run)
    return kept


def any_of(column: str, values: Iterable[str]) -> str:
    """The condition that a text column has one of these values."""
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"{column} in ({listed})" if listed else "false"
