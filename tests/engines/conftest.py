"""The engines that the suites of this folder run on: one DuckDB, one Spark, one PostgreSQL for the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

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
        pytest.param("postgres", marks=pytest.mark.postgres),
    ]
)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found
