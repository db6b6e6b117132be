"""What tests share: the folder of real records, one Spark, one PostgreSQL, one Chromium.

A part that the machine lacks skips the tests that need it, with the reason; where CI is set it fails them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import settings
from scripts import machine
from scripts.provide import in_ci
from tests.workers import Together, heaviest_first

from tierwise.sql import kept

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# No test is timed: a busy machine is not a defect.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# A JVM that lives for minutes and runs each query once gains nothing from its second compiler.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"


def pytest_configure(config: pytest.Config) -> None:
    """One cache of compiled queries for this run of the tests and its workers, never the user's own."""
    if kept.NAMED not in os.environ:
        os.environ[kept.NAMED] = tempfile.mkdtemp(prefix="tierwise-cache-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(kept.NAMED), ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items[:] = heaviest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


def missing(what: str) -> NoReturn:
    """Skip for want of a part of the machine, or fail where CI promises that all parts are there."""
    if in_ci():
        pytest.fail(f"{what} is missing, and CI is set")
    pytest.skip(f"{what} is missing: `make test` installs it where it may")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real records that do not live in the repository, from TIERWISE_DATA."""
    named = os.environ.get("TIERWISE_DATA", "")
    if not named:
        pytest.skip("TIERWISE_DATA is not set: real records that live outside the repository")
    folder = Path(named).resolve()
    if not folder.is_dir():
        pytest.fail(f"TIERWISE_DATA names a folder that is not there: {folder}")
    return folder


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One small local Spark in UTC for the whole run."""
    home = machine.java_home()
    if home is None:
        missing("Java 17 or newer")
    os.environ["JAVA_HOME"] = str(home)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": f"{SHORT_LIVED} -Dderby.system.home={folder}",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("tierwise-tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a real PostgreSQL that lives as long as the run: `postgresql://tierwise@127.0.0.1:PORT/postgres`."""
    programs = machine.postgres_bin()
    if programs is None:
        missing("PostgreSQL's server")
    account = _server_account()
    folder = Path(tempfile.mkdtemp(prefix="tierwise-postgres-"))
    if account:
        os.chown(folder, account["user"], account["group"])

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder, **account,
        )  # fmt: skip
        if done.returncode:
            log = folder / "log"
            pytest.fail(f"{program}: {done.stdout}{log.read_text() if log.exists() else ''}")

    try:
        run("initdb", "--username=tierwise", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        port = free_port()
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        run("pg_ctl", "--wait", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql://tierwise@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "--wait", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """A Chromium for Playwright's `executable_path`; start it with `args=["--no-sandbox"]` when root."""
    found = machine.chromium()
    if found is None:
        missing("Chromium")
    return found


def _server_account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, else as `nobody`."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
