"""The corpus of faulty files: nothing is lost silently, nothing fails but as it should, and the page says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripts.faults.corpus import ROWS, corpus
from scripts.faults.fault import HEADING, LOADED_AT, Fault, Outcome, delimited, key, outcome
from scripts.faults.page import PAGE, Tried, page

from tierwise.connectors.sources.files import FilesSource
from tierwise.pipeline.ingest import ingest
from tierwise.stores.landing import Landing

PIECES = (
    ",",
    '"',
    "\n",
    "\r\n",
    "\r",
    ";",
    "\t",
    "|",
    '""',
    '",',
    '"\n',
    "\0",
    "\ufeff",
    "ü",
    "7",
    " ",
    "x",
    "=",
    "Total",
)
HEAD = ",".join(HEADING)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> list[Tried]:
    folder = tmp_path_factory.mktemp("faults")
    return [(fault, outcome(fault, folder)) for fault in corpus()]


@pytest.mark.parametrize("row", ROWS)
def test_every_file_becomes_what_it_should(row: str, tried: list[Tried]) -> None:
    found = [(fault, result) for fault, result in tried if fault.row == row]
    assert found
    assert [(fault.name, what) for fault, result in found for what in result.wrong] == []


def test_the_corpus_is_large_enough_and_on_the_page(tried: list[Tried]) -> None:
    assert len(tried) >= 150
    assert {fault.row for fault, _ in tried} == set(ROWS)
    assert len({(fault.row, fault.name) for fault, _ in tried}) == len(tried)
    assert PAGE.read_text(encoding="utf-8") == page(tried), "python -m scripts.faults --write"


def test_the_same_seed_makes_the_same_text_files() -> None:
    first, second = ([fault for fault in corpus(7) if fault.file.endswith(".csv")] for _ in range(2))
    differ = [one.name for one, other in zip(first, second, strict=True) if one != other]
    assert differ == ["an xlsx that says CSV"] or not differ  # a workbook carries the moment of its writing


def test_a_loss_would_be_seen(tmp_path: Path) -> None:
    sound = Fault("", "", delimited([[key(1), "A", "1"], [key(2), "B", "x"]]), 2, {3: "'x' is not"})
    assert outcome(sound, tmp_path) == Outcome(2, 1, 1)
    assert outcome(replace(sound, rows=3), tmp_path).wrong == ("3 rows were written, 2 counted",)
    assert "rejected" in outcome(replace(sound, rejected={}), tmp_path).wrong[0]
    assert "expected to be refused" in outcome(replace(sound, error="no"), tmp_path).wrong[0]
    unread = Fault("", "", f"name,nobody\nA,{key(3)}\n".encode(), 1)
    assert outcome(unread, tmp_path).wrong == (f"lost without a word: {key(3)}",)


def _first_of_each(tried: list[Tried]) -> Iterator[Tried]:
    seen: set[str] = set()
    for fault, result in tried:
        if not result.refused and result.rejected and fault.row not in seen:
            seen.add(fault.row)
            yield fault, result


def test_what_is_rejected_lands_with_the_batch(tried: list[Tried], tmp_path: Path) -> None:
    for number, (fault, result) in enumerate(_first_of_each(tried)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / fault.file).write_bytes(fault.data)
        tables = {fault.table: {"file": fault.file, **fault.options}}
        source = FilesSource.model_validate({"kind": "files", "tables": tables})
        batch = ingest({"crm": source}, {}, {}, {}, Landing(folder / "landing"), folder, LOADED_AT).files[0].batch
        assert (batch.rows_in, batch.loaded, batch.rejected) == (result.rows_in, result.loaded, result.rejected)
        assert pq.read_metadata(batch.data).num_rows == result.loaded
        assert pq.read_metadata(batch.refused).num_rows == result.rejected


def _accounted(cells: list[str], folder: Path) -> None:
    body = "".join(cells)
    result = outcome(Fault("", "", f"{HEAD}\n{body}".encode(), rejected=None), folder)
    assert not result.wrong, (body, result)


RECORD = st.builds(
    '{},"{}",{}\n'.format,
    st.integers(1, 40).map(key),
    st.sampled_from(("A", "B, Inc.", "two\nlines")),
    st.integers(1, 9),
)
BODIES = st.lists(st.one_of(RECORD, RECORD, RECORD, st.sampled_from(PIECES), st.integers(1, 40).map(key)), max_size=30)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BODIES)
def test_any_text_is_accounted_for(tmp_path: Path, cells: list[str]) -> None:
    _accounted(cells, tmp_path)


@pytest.mark.soak
@settings(max_examples=30_000, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(BODIES)
def test_any_text_is_accounted_for_at_length(tmp_path: Path, cells: list[str]) -> None:
    _accounted(cells, tmp_path)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_accounted_for_or_refused(tmp_path: Path, data: bytes) -> None:
    result = outcome(Fault("", "", f"{HEAD}\n".encode() + data, rejected=None), tmp_path)
    assert not result.wrong, result
