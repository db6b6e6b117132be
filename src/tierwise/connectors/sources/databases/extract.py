"""What a database's table says now, or since the newest row that was read: rows as columns, and where to begin next time.

Only reading: the session is read-only where the database knows such a thing, and a query is always a part of our own SELECT.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from tierwise.connectors.sources.databases.spec import DatabaseSource, DatabaseTable
from tierwise.core.errors import DataError, NotFound, RemoteError, TierwiseError, near_miss

PART = 20_000  # rows that are held as Python values at one time
OVERLAP_DAYS, OVERLAP_NUMBERS = 1.0, 1000.0
TYPED = (bool, int, float, str, datetime, date)


@dataclass(frozen=True)
class Extract:
    """Rows of one table, the newest value of its cursor as text, and digests of the rows that the next reading meets again."""

    rows: pa.Table
    cursor: str = ""
    seen: frozenset[str] = frozenset()
    met_again: int = 0


class Database:
    """An open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @property
    def name(self) -> str:
        """Where it is, for people: no user, no password."""
        url = self._connection.engine.url
        host = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
        return f"{url.get_backend_name()}://{host}/{Path(url.database or '').name}"

    def extract(
        self, table: DatabaseTable, cursor: str, seen: Collection[str], progress: Callable[[int], None]
    ) -> Extract:
        """All rows, or with a `cursor` those from shortly before it that are not among `seen`. Raises DataError, NotFound."""
        with _explained(f"{table.table or 'the query'} of {self.name}"):
            inner = self._inner(table)
            headings = list(self._connection.execute(sa.text(f"select * from ({inner}) as t where 1 = 0")).keys())
            if table.cursor is None:
                return Extract(_sorted(self._read(f"select * from ({inner}) as t", {}, headings, progress)))
            if table.cursor not in headings:
                hint = near_miss(table.cursor, headings) or f"it has: {', '.join(headings)}"
                raise NotFound(f"there is no column '{table.cursor}' for the cursor", hint)
            column = self._connection.dialect.identifier_preparer.quote(table.cursor)
            since = _before(_value(cursor), table.overlap) if cursor else None
            where = f" where t.{column} >= :since or t.{column} is null" if cursor else ""
            sql = f"select * from ({inner}) as t{where}"
            rows = self._read(sql, {"since": since} if cursor else {}, headings, progress)
        return _newer(rows, table, cursor, seen)

    def _inner(self, table: DatabaseTable) -> str:
        """The query, or one that reads the whole table. Raises NotFound with the near miss."""
        if table.query:
            return table.query.strip().rstrip(";").replace(":", r"\:")
        schema, _, name = (table.table or "").rpartition(".")
        inspector = sa.inspect(self._connection)
        if not inspector.has_table(name, schema or None):
            known = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
            raise NotFound(
                f"there is no table '{table.table}' in {self.name}",
                near_miss(name, known) or f"it has: {', '.join(sorted(known)[:20]) or 'none'}",
            )
        quote = self._connection.dialect.identifier_preparer.quote
        return f"select * from {'.'.join(quote(part) for part in (schema, name) if part)}"

    def _read(
        self, sql: str, values: dict[str, Any], headings: Sequence[str], progress: Callable[[int], None]
    ) -> pa.Table:
        parts: list[pa.Table] = []
        options = {"stream_results": True, "yield_per": PART}
        with self._connection.execute(sa.text(sql), values, execution_options=options) as result:
            for part in result.partitions():
                columns = list(zip(*part, strict=True))
                parts.append(pa.table([_column(list(column)) for column in columns], names=list(headings)))
                progress(sum(one.num_rows for one in parts))
        return _together(parts) if parts else pa.table({name: pa.nulls(0) for name in headings})


@contextmanager
def connected(source: DatabaseSource, base: Path) -> Iterator[Database]:
    """A read-only connection to the source's database. Raises NotFound, RemoteError."""
    url = _address(source, base)
    try:
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool, hide_parameters=True)
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise RemoteError(
            f"no driver for {url.get_backend_name()} is installed ({error})",
            "for PostgreSQL: pip install 'tierwise[connectors]'; else the package that SQLAlchemy names for it",
        ) from error
    with _explained(f"{url.get_backend_name()}://{url.host or ''}/{Path(url.database or '').name}"):
        connection = engine.connect()
    try:
        with _explained("the database"):
            for statement in READ_ONLY.get(connection.dialect.name, lambda _: ())(source.timeout):
                connection.execute(sa.text(statement))
        yield Database(connection)
    finally:
        connection.close()
        engine.dispose()


# What makes a session read-only and patient for so many seconds, by database.
READ_ONLY: dict[str, Callable[[float], Sequence[str]]] = {
    "postgresql": lambda seconds: (
        "set transaction read only", "set local timezone = 'UTC'", f"set local statement_timeout = {int(seconds * 1000)}",
    ),
    "sqlite": lambda seconds: ("pragma query_only = on",),
    "mysql": lambda seconds: (
        "set session time_zone = '+00:00'", f"set session max_execution_time = {int(seconds * 1000)}",
        "start transaction read only",
    ),
}  # fmt: skip


def _address(source: DatabaseSource, base: Path) -> sa.URL:
    text = source.url or _from_environment(source.url_from or "")
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError) as error:
        where = f"the address in {source.url_from}" if source.url_from else f"url {source.url!r}"
        raise DataError(f"{where} is no database address", "for example postgresql://reader@host/crm") from error
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        path = base / url.database
        if not path.is_file():
            raise NotFound(f"there is no database file {path}", "a relative address starts at the project's folder")
        url = url.set(database=str(path))
    return url


def _from_environment(name: str) -> str:
    """The variable's value, or the content of the file that NAME_FILE names."""
    if value := os.environ.get(name):
        return value
    if file := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise NotFound(f"{name}_FILE: {file} cannot be read: {error.strerror}") from error
    raise NotFound(f"the environment has no {name}", f"export {name}=postgresql://reader:PASSWORD@host/database")


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """What a driver raises, in one line and without what was sent: it may hold a password."""
    try:
        yield
    except TierwiseError:
        raise
    except sa.exc.SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        kind = RemoteError if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) else DataError
        hint = "try the same query in the database's own client"
        raise kind(f"{what}: {said[0]}", hint) from None


def _column(values: list[Any]) -> pa.Array:
    """One column's values with their own type; as text where they have several, or one that no table has."""
    plain = [_plain(value) for value in values]
    try:
        return pa.array(plain)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if value is None else str(value) for value in plain], pa.string())


def _plain(value: Any) -> Any:
    if value is None or type(value) in TYPED or type(value).__name__ == "Decimal":
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def _together(parts: list[pa.Table]) -> pa.Table:
    """Parts of one reading; a column whose parts have types that do not meet becomes text."""
    try:
        return pa.concat_tables(parts, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        names = parts[0].column_names
        mixed = [n for n in names if len({part.schema.field(n).type for part in parts} - {pa.null()}) > 1]
        return pa.concat_tables([_as_text(part, mixed) for part in parts], promote_options="permissive")


def _as_text(part: pa.Table, names: Sequence[str]) -> pa.Table:
    for name in names:
        texts = [None if value is None else str(value) for value in part[name].to_pylist()]
        part = part.set_column(part.column_names.index(name), name, pa.array(texts, pa.string()))
    return part


def _sorted(rows: pa.Table) -> pa.Table:
    """Rows in an order of their own, so that the same rows are the same bytes however the database hands them out."""
    names = [name for name in rows.column_names if not pa.types.is_null(rows.schema.field(name).type)]
    return rows.sort_by([(name, "ascending") for name in names]) if names else rows


def _newer(rows: pa.Table, table: DatabaseTable, cursor: str, seen: Collection[str]) -> Extract:
    """The rows that no earlier reading met; and what the next one will."""
    told = rows[table.cursor].to_pylist()
    newest = max((value for value in told if value is not None), default=None)
    reached = _value(cursor) if cursor else None
    if newest is None or (reached is not None and not _later(newest, reached)):
        newest = reached
    if newest is None:
        return Extract(_sorted(rows))
    if cursor:
        known = [digest in seen for digest in _digests(rows)]
        rows, met = rows.filter(pa.array([not one for one in known], pa.bool_())), sum(known)
    else:
        met = 0
    begin = _before(newest, table.overlap)
    again = [value is None or not _later(begin, value) for value in rows[table.cursor].to_pylist()]
    return Extract(_sorted(rows), _text(newest), frozenset(_digests(rows.filter(pa.array(again, pa.bool_())))), met)


def _digests(rows: pa.Table) -> list[str]:
    values = zip(*rows.to_pydict().values(), strict=True)
    return [hashlib.blake2b(repr(row).encode(), digest_size=8).hexdigest() for row in values]


def _later(one: Any, other: Any) -> bool:
    try:
        return bool(one > other)
    except TypeError as error:
        raise DataError(
            f"the cursor's values cannot be compared: {one!r} and {other!r}", "choose a column of one type"
        ) from error


def _before(value: Any, overlap: float | None) -> Any:
    """The value from which rows are read again. A text that is no time has no before."""
    days = timedelta(days=OVERLAP_DAYS if overlap is None else overlap)
    if isinstance(value, datetime):
        return value - days
    if isinstance(value, date):
        return value - timedelta(days=-(-days // timedelta(days=1)))
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        earlier = moment - days
        return earlier.date().isoformat() if len(value) == 10 else earlier.isoformat(sep=value[10])
    return value - type(value)(OVERLAP_NUMBERS if overlap is None else overlap)


def _text(value: Any) -> str:
    """A cursor's value with its type, as it is kept."""
    kind = type(value).__name__
    return f"{kind} {value.isoformat() if isinstance(value, date) else value}"


def _value(text: str) -> Any:
    kind, _, value = text.partition(" ")
    return KINDS[kind](value)


def _decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


KINDS: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat, "date": date.fromisoformat, "int": int, "float": float, "str": str, "Decimal": _decimal,
}  # fmt: skip
