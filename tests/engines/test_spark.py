"""What only Spark can get wrong: starting in this process, a cluster that is not there, a session that refuses a setting."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scripts import machine
from tests.conftest import free_port, missing
from tests.engines.conftest import needs_connect_client

from tierwise.core.errors import RemoteError
from tierwise.engines import open_engine
from tierwise.engines.spark import BROUGHT_HERE, WRITTEN_HERE, SparkEngine

pytestmark = pytest.mark.spark

# In a process of its own: the one of the tests has a Spark already.
IN_PROCESS = """
import sys
from pathlib import Path
from tierwise.engines import Resources, open_engine

folder = Path(sys.argv[1])
for _ in range(2):
    engine = open_engine("spark", Resources(threads=1, memory="1GB", scratch=folder / "scratch"))
    engine.materialize("made", "select id from range(3)")
    print(engine.name, engine.write("made", folder / "made", ["id"]), engine.fetch("select current_timezone() as z")["z"][0])
    engine.close()
    engine.close()
"""


def test_it_starts_stops_and_starts_again_in_this_process(tmp_path: Path) -> None:
    if machine.java_home() is None:
        missing("Java 17 or newer")
    command = [sys.executable, "-c", IN_PROCESS, str(tmp_path)]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stdout.splitlines() == ["spark 3 UTC"] * 2, done.stderr
    assert pq.read_table(tmp_path / "made")["id"].to_pylist() == [0, 1, 2]
    assert {path.name for path in tmp_path.iterdir()} <= {"made", "scratch"}, (
        "Spark left something in the working folder"
    )


def test_a_cluster_that_is_not_there_is_said_soon() -> None:
    needs_connect_client()
    started = time.monotonic()
    with pytest.raises(RemoteError, match=r"no Spark answers at sc://127\.0\.0\.1"):
        open_engine(f"sc://127.0.0.1:{free_port()}")
    assert time.monotonic() - started < 120, "Spark's own patience is ten minutes"


class Refusing:
    """A session that takes no settings, as some managed clusters do; it knows whether it was stopped."""

    stopped = False

    def __init__(self) -> None:
        self.conf = self

    def set(self, setting: str, value: str) -> None:
        raise RuntimeError(f"{setting} cannot be changed")

    def stop(self) -> None:
        self.stopped = True


def test_a_session_that_refuses_our_settings_is_stopped() -> None:
    session = Refusing()
    with pytest.raises(RuntimeError, match="cannot be changed"):
        SparkEngine(session, owned=True)
    assert session.stopped


@pytest.mark.parametrize("rows", [WRITTEN_HERE, WRITTEN_HERE + 1])
def test_large_and_small_tables_are_written_alike(spark: Any, tmp_path: Path, rows: int) -> None:
    engine = SparkEngine(spark.newSession())
    sql = "select cast(nullif(hash(id) % 1000, 7) as bigint) as k, id, cast(id as decimal(18,4)) as m"
    assert engine.materialize("made", f"{sql} from range({rows})") == rows
    assert engine.write("made", tmp_path / "made", ["k", "id"]) == rows
    files = sorted((tmp_path / "made").iterdir())
    assert {path.suffix for path in files} == {".parquet"}
    read = pa.concat_tables([pq.read_table(path) for path in files])
    assert read.schema.types == [pa.int64(), pa.int64(), pa.decimal128(18, 4)]
    assert read.equals(read.sort_by([("k", "ascending"), ("id", "ascending")]))
    engine.close()


@pytest.mark.parametrize("rows", [3, BROUGHT_HERE + 1])
def test_what_spark_guesses_of_a_table_does_not_grow_with_the_steps_before_it(spark: Any, rows: int) -> None:
    """A guess is the product of the guesses for what was joined: without an end to it, a number of megabytes."""
    engine = SparkEngine(spark.newSession())
    engine.materialize("made", f"select id from range({rows})")
    for _ in range(6):
        assert engine.materialize("made", "select l.id from made l join made r on l.id = r.id") == rows
    said = engine.fetch("explain cost select * from made")["plan"][0].as_py()
    guesses = [float(guess) for guess in re.findall(r"sizeInBytes=([\d.]+E\+\d+) B", said)]  # from 2 ** 63 bytes on
    assert "sizeInBytes=" in said
    assert all(guess < 2.0**70 for guess in guesses), said
    engine.close()


def test_what_spark_infers_of_columns_does_not_double_with_every_name_that_they_get(spark: Any) -> None:
    """Eight columns with two names each are 256 ways to write a filter over all of them (SPARK-33152)."""
    engine = SparkEngine(spark.newSession())
    numbers = range(8)
    engine.materialize(
        "made", f"select {', '.join(f'id + {n} as a{n}' for n in numbers)} from range({BROUGHT_HERE + 1})"
    )
    sums = " + ".join(f"a{n}" for n in numbers)
    twice = f"select {', '.join(f'a{n} as b{n}, a{n}' for n in numbers)} from made where {sums} > 0"
    rows = engine._session.sql(twice).localCheckpoint(eager=False)
    assert rows._jdf.queryExecution().optimizedPlan().constraints().size() == 0
    engine.close()
