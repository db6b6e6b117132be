"""The parts of the machine that other tests stand on do work: Spark, PostgreSQL, Chromium."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import sync_playwright
from scripts import machine
from tests.conftest import missing

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.spark
def test_spark_answers_in_utc(spark: SparkSession) -> None:
    row = spark.sql("select current_timezone() as zone, count(*) as n from range(3)").collect()[0]
    assert (row.zone, row.n) == ("UTC", 3)


@pytest.mark.postgres
def test_postgres_keeps_what_it_is_given(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("create temporary table words (word text)")
        connection.execute("insert into words values ('Zürich')")
        assert connection.execute("select word from words").fetchall() == [("Zürich",)]


@pytest.mark.browser
def test_chromium_renders_a_page(chromium_path: Path) -> None:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=sandbox)
        page = browser.new_page()
        page.set_content("<main>tiers</main>")
        assert page.inner_text("main") == "tiers"
        browser.close()


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_missing_part_skips_here_and_fails_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="Chromium"):
        missing("Chromium")


@pytest.mark.parametrize(
    ("prints", "taken"),
    [
        ("echo 'openjdk version \"21.0.1\" 2023-10-17' >&2", True),
        ("echo 'openjdk version \"11.0.2\" 2019-01-15' >&2", False),
        ("echo 'java version \"1.8.0_392\"' >&2", False),
        ("echo 'module jdk.incubator.vector not found'; exit 1", False),
    ],
)
def test_java_is_run_before_it_is_believed(
    prints: str, taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\n{prints}\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert (machine.java_home() == tmp_path) is taken
