"""The engines that the suites of this folder run on: one DuckDB, one Spark, one PostgreSQL for the whole run."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from scripts import machine
from tests.conftest import SHORT_LIVED, free_port, missing

from tierwise.engines import Engine, Resources
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.engines.spark import SparkEngine
from tierwise.engines.warehouse import PostgresEngine


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    engine = DuckdbEngine(Resources(threads=2))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark_engine(spark: Any) -> Iterator[Engine]:
    engine = SparkEngine(spark.newSession())
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def connect_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Spark Connect server, which is a process of its own, from the package pyspark."""
    needs_connect_client()
    home_of_java = machine.java_home()
    if home_of_java is None:
        missing("Java 17 or newer")
    import pyspark

    home = Path(pyspark.__file__).parent
    port, folder = free_port(), tmp_path_factory.mktemp("connect")
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.extraJavaOptions": f"{SHORT_LIVED} -Dderby.system.home={folder}",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(folder),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
    }
    command = [str(home / "bin" / "spark-submit"), "--master", "local[2]"]
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    environment = {**os.environ, "JAVA_HOME": str(home_of_java), "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        _await_port(port, server, folder / "log")
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(timeout=30)


@pytest.fixture(scope="session")
def connect_engine(connect_address: str) -> Iterator[Engine]:
    engine = SparkEngine.connect(connect_address)
    yield engine
    engine.close()


def needs_connect_client() -> None:
    """Skip, or fail in CI, where a package of `pyspark[connect]` is missing."""
    for package in ("grpc", "grpc_status", "pandas", "zstandard"):
        if importlib.util.find_spec(package) is None:
            missing(f"{package}, which Spark Connect's client needs (pyspark[connect]),")


def _await_port(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    pytest.fail(f"the Spark Connect server did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    """A database that sorts as people do, not byte by byte: the order that our SQL must not depend on."""
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "create database sorted_by_people template template0 encoding 'UTF8'"
            " locale_provider icu icu_locale 'en-US' locale 'C'"
        )
    parts = urlsplit(postgres_url)
    engine = PostgresEngine(urlunsplit(parts._replace(path="/sorted_by_people")))
    yield engine
    engine.close()


@pytest.fixture(
    params=[
        "duckdb",
        pytest.param("spark", marks=pytest.mark.spark),
        pytest.param("connect", marks=pytest.mark.spark),
        pytest.param("postgres", marks=pytest.mark.postgres),
    ]
)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found
