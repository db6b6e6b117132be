"""What an engine is: a place that holds named tables and runs the SQL of its dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Resources:
    """What an engine may use of this machine. None leaves the choice to the engine.

    `memory` reads like "4GB". `scratch` is where it may spill. With `folders`, DuckDB can read and write
    there and in `scratch`, and nowhere else, for good.
    """

    threads: int | None = None
    memory: str | None = None
    scratch: Path | None = None
    folders: tuple[Path, ...] | None = None


class Engine(Protocol):
    """Named tables and the SQL that reads them. One suite (`tests/engines`) runs on every implementation.

    Timestamps are naive and mean UTC. Names are those of the data dictionary, in lower case.
    """

    name: str
    dialect: str

    def register(self, name: str, source: pa.Table | Sequence[Path], columns: Mapping[str, str] | None = None) -> None:
        """Make an Arrow table, or the rows of Parquet files, readable as table `name`, replacing what was.

        Files need not have the same columns: they are matched by name, and a missing one is null. With
        `columns` (name to DuckDB type) the table has exactly those, cast; no files then give an empty table.
        """
        ...

    def materialize(self, name: str, sql: str) -> int:
        """Create table `name` from a select in the engine's dialect; the number of its rows."""
        ...

    def fetch(self, sql: str) -> pa.Table:
        """The rows of a select as an Arrow table: naive UTC timestamps in microseconds, decimals kept."""
        ...

    def write(self, name: str, folder: Path, order_by: Sequence[str]) -> int:
        """Write table `name` into `folder` as zstd Parquet files, named in the order of the rows.

        Returns the number of rows. On DuckDB the same rows give the same bytes.
        """
        ...

    def drop(self, name: str) -> None:
        """Forget table `name`; nothing happens when it is not there."""
        ...

    def close(self) -> None:
        """Release everything. The engine cannot be used afterwards; a second close does nothing."""
        ...


def quoted(name: str, mark: str = '"') -> str:
    """An identifier as it stands in SQL."""
    return mark + name.replace(mark, mark * 2) + mark


def text(value: object) -> str:
    """A text literal as it stands in SQL (not for Spark, which reads backslashes)."""
    return "'" + str(value).replace("'", "''") + "'"
