"""DuckDB, in memory and in this process: the default engine."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierwise.core.errors import DataError, StorageError, TierwiseError
from tierwise.engines.base import Resources, quoted, text

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "part-00000.parquet"
SPILL = "duckdb-"
TOO_DEEP = "expression depth limit"


class DuckdbEngine:
    """Tables in memory, spilling to `scratch` when that is given; no database file is ever opened."""

    name = "duckdb"
    dialect = "duckdb"

    def __init__(self, resources: Resources | None = None) -> None:
        self._views: set[str] = set()
        self._connection = _connect(resources or Resources())

    def register(self, name: str, source: pa.Table | Sequence[Path], columns: Mapping[str, str] | None = None) -> None:
        self.drop(name)
        if not isinstance(source, Sequence):
            self._copy(name, source, columns)
        elif source:
            files = ", ".join(text(path.resolve()) for path in source)
            rows = f"read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
            self._run(f"create view {quoted(name)} as {self._selected(rows, columns)}")
            self._views.add(name)
        elif columns is not None:
            declared = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
            self._run(f"create table {quoted(name)} ({declared})")
        else:
            raise ValueError(f"{name}: neither files nor columns, so its shape is unknown")

    def materialize(self, name: str, sql: str) -> int:
        self.drop(name)
        return int(self._run(f"create table {quoted(name)} as {sql}")[0][0])

    def fetch(self, sql: str) -> pa.Table:
        with _explained():
            return self._connection.sql(sql).to_arrow_table()

    def write(self, name: str, folder: Path, order_by: Sequence[str]) -> int:
        folder.mkdir(parents=True, exist_ok=True)
        order = f" order by {', '.join(quoted(column) for column in order_by)}" if order_by else ""
        ordered = f"select * from {quoted(name)}{order}"
        target = f"{text(folder.resolve() / FILE)} (format parquet, compression zstd)"
        return int(self._run(f"copy ({ordered}) to {target}")[0][0])

    def drop(self, name: str) -> None:
        kind = "view" if name in self._views else "table"
        self._run(f"drop {kind} if exists {quoted(name)}")
        self._views.discard(name)

    def close(self) -> None:
        self._connection.close()

    def _copy(self, name: str, rows: pa.Table, columns: Mapping[str, str] | None) -> None:
        """Copied, not scanned in place: what a caller does to its Arrow buffers cannot change a table."""
        self._connection.register("arriving", rows)
        try:
            self._run(f"create table {quoted(name)} as {self._selected('arriving', columns)}")
        finally:
            self._connection.unregister("arriving")

    def _selected(self, rows: str, columns: Mapping[str, str] | None) -> str:
        """`select` of the declared columns from `rows`, null where `rows` has no such column."""
        if columns is None:
            return f"select * from {rows}"
        given = {str(line[0]) for line in self._run(f"describe select * from {rows}")}
        casts = (
            f"cast({quoted(column) if column in given else 'null'} as {kind}) as {quoted(column)}"
            for column, kind in columns.items()
        )
        return f"select {', '.join(casts)} from {rows}"

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        # fetchall, always: from 2.0 on an unread result blocks the next query.
        with _explained():
            return self._connection.execute(sql).fetchall()


def _connect(resources: Resources) -> Any:
    import duckdb

    settings: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "preserve_insertion_order": True,
    }
    if resources.threads is not None:
        settings["threads"] = resources.threads
    if resources.memory is not None:
        settings["memory_limit"] = resources.memory
    settings["temp_directory"] = str(_own_folder(resources.scratch)) if resources.scratch else ""
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("set timezone = 'UTC'").fetchall()
    connection.execute("set enable_progress_bar = false").fetchall()  # its own bar would stand among the data
    if resources.folders is not None:
        allowed = (*resources.folders, *((resources.scratch,) if resources.scratch else ()))
        folders = ", ".join(text(f"{folder.resolve()}/") for folder in allowed)
        connection.execute(f"set allowed_directories = [{folders}]").fetchall()
        connection.execute("set enable_external_access = false").fetchall()
    connection.execute("set lock_configuration = true").fetchall()
    return connection


def _own_folder(scratch: Path) -> Path:
    """A name below `scratch` for one engine alone: DuckDB's spill files have the same names in every process.

    DuckDB makes the folder when it spills and removes it on closing; those of killed processes are removed here.
    """
    for left in scratch.glob(f"{SPILL}*") if scratch.is_dir() else []:
        process = left.name.removeprefix(SPILL).split("-")[0]
        if process.isdigit() and not Path(f"/proc/{process}").exists():
            shutil.rmtree(left, ignore_errors=True)
    with suppress(OSError):  # of a project that may only be read
        scratch.mkdir(parents=True, exist_ok=True)
    return scratch.resolve() / f"{SPILL}{os.getpid()}-{uuid.uuid4().hex[:8]}"


@contextmanager
def _explained() -> Iterator[None]:
    """Errors that a user can do something about, as ours; a wrong query stays what it is, a defect."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        hint = "give DuckDB more memory or a scratch folder to spill to, or run the model with `engine: spark`"
        raise TierwiseError(f"DuckDB ran out of memory: {_first_line(error)}", hint) from error
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise DataError(
            f"a number or date is out of range: {_first_line(error)}",
            "look at the conditions and the values they compute with",
        ) from error
    except (duckdb.ParserException, duckdb.BinderException) as error:
        if TOO_DEEP not in str(error):
            raise
        raise DataError(
            "DuckDB cannot read a query nested this deeply",
            "the model has very many segments, signals or scores, or a very long condition: say it with fewer",
        ) from error
    except (duckdb.IOException, duckdb.PermissionException) as error:
        raise StorageError(f"DuckDB cannot read or write: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
