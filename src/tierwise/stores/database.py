"""The workspace database: opened to read without writing a byte, made and migrated by the first write.

SQLite is the default. A reader of a folder in which it may not write, or of a database of an older form, reads a copy
aside: SQLite wants files of its own beside a database that it opens, and a newer form is a change.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tierwise.core.errors import Busy, StorageError

HEAD = "0005"
WAIT = 10  # seconds that SQLite waits for another process
TRIES = 5
metadata = sa.MetaData()


class Database:
    """The database at a URL; on SQLite it need not be there to be read: then it is empty."""

    def __init__(self, url: str | sa.URL) -> None:
        address = sa.make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        self._address, self._where = address, address.render_as_string(hide_password=True)
        self._file = Path(address.database or "") if address.drivername == "sqlite" else None
        self._reader: sa.Engine | None = None
        self._writer: sa.Engine | None = None
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        with _explained(self._where):
            if self._file is None:
                self._open_to_write()
            elif self._file.is_file():
                self._open_to_read(self._file)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection for reading."""
        with _explained(self._where), self._to_read().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A connection whose writes count together or not at all."""
        with _explained(self._where), (self._writer or self._open_to_write()).begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of it; the next use opens it again."""
        for engine in (self._reader, self._writer):
            if engine is not None:
                engine.dispose()
        if self._copy is not None:
            self._copy.cleanup()
        self._reader = self._writer = self._copy = None

    def _to_read(self) -> sa.Engine:
        if self._writer is not None:
            return self._writer
        if self._file is None:
            return self._open_to_write()
        if not self._file.is_file():
            return _empty()
        return self._reader or self._open_to_read(self._file)

    def _open_to_read(self, file: Path) -> sa.Engine:
        if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK):
            self._reader = _sqlite(file, "pragma query_only = on")
            if _form(self._reader) == HEAD:
                return self._reader
            self._reader.dispose()
        self._copy = tempfile.TemporaryDirectory(prefix="tierwise-")
        self._reader = _sqlite(_copied(file, Path(self._copy.name)))
        migrate(self._reader)
        return self._reader

    def _open_to_write(self) -> sa.Engine:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            engine = _sqlite(self._file, "pragma journal_mode = wal", "pragma synchronous = full")
        else:
            engine = sa.create_engine(self._address)
        migrate(engine)
        self._writer = engine
        return engine


def migrate(engine: sa.Engine) -> None:
    """Bring the database to the newest form; nothing happens when it is there already."""
    if _form(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _form(engine: sa.Engine) -> str:
    """The number of the last migration; empty where there was none."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.execute(sa.text("select version_num from alembic_version")).scalar())


def _sqlite(file: Path, *pragmas: str) -> sa.Engine:
    # a name may hold what a URL would read as its own
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(file)), connect_args={"timeout": WAIT})

    def prepare(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    sa.event.listen(engine, "connect", prepare)
    return engine


def _empty() -> sa.Engine:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    metadata.create_all(engine)
    return engine


def _copied(file: Path, folder: Path) -> Path:
    """A copy of a database and of what its writer has not yet moved into it, both of the same moment."""
    log = file.with_name(f"{file.name}-wal")
    for _ in range(TRIES):
        before = _marks(file, log)
        for part in (file, log):
            (folder / part.name).unlink(missing_ok=True)
            if part.is_file():
                shutil.copyfile(part, folder / part.name)
        if _marks(file, log) == before:
            return folder / file.name
    raise Busy(f"{file} changes while it is read", "another run is publishing: wait for it")


def _marks(*files: Path) -> list[tuple[int, int] | None]:
    return [(found.stat().st_mtime_ns, found.stat().st_size) if found.is_file() else None for found in files]


@contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.OperationalError as error:
        raise StorageError(
            f"the workspace database cannot be used: {error.orig}", f"it is {where}; is the disk full or not writable?"
        ) from error
    except sa.exc.IntegrityError as error:
        raise Busy("another run published meanwhile", "plan again, then apply") from error
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        cause = getattr(error, "orig", error)
        raise StorageError(
            f"the workspace database is damaged or not one of ours: {cause}",
            f"it is {where}; restore it from a backup",
        ) from error
