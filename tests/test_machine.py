"""The parts of the machine that other tests stand on do work: Spark, PostgreSQL, Chromium."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import sync_playwright

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
