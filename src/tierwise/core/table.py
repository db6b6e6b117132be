"""A table of the data dictionary: its name, grain, columns, units and meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

TEXT = "VARCHAR"
INTEGER = "BIGINT"
NUMBER = "DOUBLE"
MONEY = "DECIMAL(18,4)"
POINTS = "DECIMAL(18,6)"
BOOLEAN = "BOOLEAN"
DATE = "DATE"
TIMESTAMP = "TIMESTAMP"
TYPES = (TEXT, INTEGER, NUMBER, MONEY, POINTS, BOOLEAN, DATE, TIMESTAMP)


@dataclass(frozen=True)
class Column:
    """One column: its type (DuckDB's name), what it means and its unit.

    `required` columns may not be empty in a landed row; a row without one is rejected with a reason.
    """

    name: str
    type: str
    meaning: str
    unit: str = ""
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table: what one row is (`grain`), which columns identify it (`key`), and every column."""

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    meaning: str = ""
    types: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", {column.name: column.type for column in self.columns})

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def with_columns(self, more: Iterable[Column]) -> Table:
        """This table with the model's own columns added (attributes that a company declares)."""
        known = set(self.names)
        return replace(self, columns=self.columns + tuple(c for c in more if c.name not in known))
