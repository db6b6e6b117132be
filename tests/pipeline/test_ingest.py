"""From files to batches: every row accounted for, every problem said at once, nothing landed twice."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files import FilesSource, records
from tierwise.connectors.sources.files.reading import read_content
from tierwise.core.errors import CheckFailed, DataError, TierwiseError
from tierwise.pipeline.ingest import IngestReport, ingest
from tierwise.stores.landing import Landing

MARCH, APRIL = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4))


def run(folder: Path, tables: dict[str, Any], loaded_at: datetime = MARCH, **more: Any) -> IngestReport:
    source = FilesSource.model_validate({"kind": "files", "path": "exports", "tables": tables})
    mappings, attributes = more.get("mappings", {}), more.get("attributes", {})
    return ingest(
        {"crm": source}, mappings, more.get("words", {}), attributes, Landing(folder / "landing"), folder, loaded_at
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / "exports" / name).write_text(text, encoding="utf-8")


def test_rows_are_accounted_for(folder: Path) -> None:
    write(folder, "companies.csv", "Record ID,Company,Staff,Colour\n1,A,5,red\n2,B,x,blue\n3,C\n")
    mapping = {"account_key": "Record ID", "name": "Company", "employees": "Staff"}
    report = run(folder, {"accounts": "companies.csv"}, mappings={"accounts": mapping})
    (file,) = report.files
    assert (file.rows_in, file.loaded, file.rejected, file.new) == (3, 1, 2, True)
    assert file.reasons == {"ragged": 1, "employees: not a whole number": 1}
    assert file.samples == (
        "line 4: 2 values where the heading has 4",
        "line 3: employees 'x' is not a whole number",
    )
    assert file.notes == ("not used: Colour",)
    assert pq.read_table(file.batch.data)["name"].to_pylist() == ["A"]


def test_a_reader_that_loses_a_row_is_caught(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "companies.csv", "account_key\n1\n2\n")
    add = records.Harvest.add
    monkeypatch.setattr(records.Harvest, "add", lambda self, table, lines: add(self, table.slice(1), lines[1:]))
    here = "tierwise.pipeline.ingest.read_confined"  # in this process: a child would not lose the row
    monkeypatch.setattr(here, lambda file, table, limits: read_content(file, table))
    with pytest.raises(CheckFailed, match="2 rows in, 1 read"):
        run(folder, {"accounts": "companies.csv"})


def test_content_checks_itself() -> None:
    with pytest.raises(CheckFailed):
        Content(pa.table({"a": ["1"]}), pa.array([2]).to_numpy(), rows_in=2)


def test_an_unchanged_file_does_not_land_again(folder: Path) -> None:
    write(folder, "companies.csv", "account_key,name\n1,A\n")
    first = run(folder, {"accounts": "companies.csv"}).files[0]
    again = run(folder, {"accounts": "companies.csv"}, APRIL).files[0]
    assert (again.new, again.batch) == (False, first.batch)
    other = run(folder, {"accounts": {"file": "companies.csv", "history": "assumed"}}, APRIL).files[0]
    assert (other.new, other.batch.supersedes) == (True, first.batch.batch_id)
    write(folder, "companies.csv", "account_key,name\n1,B\n")
    changed = run(folder, {"accounts": "companies.csv"}, APRIL).files[0]
    assert Landing(folder / "landing").current("crm", "accounts") == [changed.batch]


def test_files_of_a_glob_live_side_by_side(folder: Path) -> None:
    write(folder, "c-1.csv", "account_key\n1\n")
    write(folder, "c-2.csv", "account_key\n2\n")
    run(folder, {"accounts": "c-*.csv"})
    write(folder, "c-1.csv", "account_key\n3\n")
    report = run(folder, {"accounts": "c-*.csv"})
    assert [(file.new, file.changed) for file in report.files] == [(True, True), (False, False)]
    current = Landing(folder / "landing").current("crm", "accounts")
    assert sorted(key for batch in current for key in pq.read_table(batch.data)["account_key"].to_pylist()) == [
        "2",
        "3",
    ]


def test_of_a_folder_that_grows_only_what_is_new_is_read(folder: Path) -> None:
    for week in (1, 2):
        write(folder, f"w-{week}.csv", f"account_key\n{week}\n")
    run(folder, {"accounts": "w-*.csv"})
    write(folder, "w-3.csv", "account_key\n3\n")
    report = run(folder, {"accounts": "w-*.csv"}, APRIL)
    assert [(file.file, file.new, file.changed) for file in report.files] == [
        ("w-1.csv", False, False), ("w-2.csv", False, False), ("w-3.csv", True, False),
    ]  # fmt: skip
    assert {file.batch.loaded_at for file in report.files if file.new} == {APRIL}


def test_files_of_one_name_in_different_folders_are_different_files(folder: Path) -> None:
    for year in ("2023", "2024"):
        (folder / "exports" / year).mkdir()
        write(folder, f"{year}/deals.csv", f"account_key\n{year}\n")
    report = run(folder, {"accounts": "*/deals.csv"})
    assert [file.file for file in report.files] == ["2023/deals.csv", "2024/deals.csv"]
    assert len(Landing(folder / "landing").current("crm", "accounts")) == 2
    assert not any(file.new for file in run(folder, {"accounts": "*/deals.csv"}, APRIL).files)


@pytest.mark.parametrize("pattern", ["/etc/*.csv", "a**b/*.csv"])
def test_a_pattern_that_cannot_be_read_is_said(folder: Path, pattern: str) -> None:
    with pytest.raises(TierwiseError, match="source crm, table accounts"):
        run(folder, {"accounts": pattern})


def test_all_problems_are_said_and_the_tables_that_are_well_land(folder: Path) -> None:
    write(folder, "companies.csv", "account_key,name\n1,A\n")
    write(folder, "deals-1.csv", "opportunity_key,stage\n1,won\n")
    write(folder, "deals-2.csv", "opportunity_key,phase\n2,won\n")
    write(folder, "events.csv", "occurred_at\n1/2/2024\n")
    tables = {"accounts": "companies.csv", "opportunities": "deals-*.csv", "events": "events.csv", "costs": "cost.csv"}
    with pytest.raises(TierwiseError) as caught:
        run(folder, tables)
    said = str(caught.value)
    for part in (
        "table opportunities: deals-2.csv: stage",
        "table events: events.csv: occurred_at",
        "table costs: there is no file",
    ):
        assert part in said
    landing = Landing(folder / "landing")
    assert landing.tables() == [("crm", "accounts")]  # not even the good file of the bad table


def test_attributes_belong_to_accounts(folder: Path) -> None:
    write(folder, "companies.csv", "account_key,Edition\n1,pro\n")
    file = run(folder, {"accounts": "companies.csv"}, attributes={"edition": "VARCHAR"}).files[0]
    assert pq.read_table(file.batch.data)["edition"].to_pylist() == ["pro"]


def test_near_misses_are_named(folder: Path) -> None:
    write(folder, "companies.csv", "Record ID,Company name\n1,A\n")
    with pytest.raises(DataError, match="no heading 'Company nam' for name; did you mean 'Company name'"):
        run(folder, {"accounts": {"file": "companies.csv", "map": {"account_key": "Record ID", "name": "Company nam"}}})


def test_real_invoice_lines(data_dir: Path, tmp_path: Path) -> None:
    """541,909 lines of a wholesaler; their sum is that of the raw file."""
    mapping = {"invoice_key": "InvoiceNo", "product": "StockCode", "quantity": "Quantity", "unit_price": "UnitPrice",
               "invoiced_at": "InvoiceDate", "account_key": "CustomerID"}  # fmt: skip
    table = {"file": "online_retail.parquet", "map": mapping, "currency": "GBP", "duplicates": "keep"}
    source = FilesSource.model_validate(
        {"kind": "files", "path": "online_retail_wholesale", "tables": {"invoices": table}}
    )
    report = ingest({"shop": source}, {}, {}, {}, Landing(tmp_path), data_dir, MARCH)
    assert (report.files[0].rows_in, report.files[0].loaded) == (541_909, 541_909)
    landed = pq.read_table(report.batches[0].data, columns=["amount", "record_id"])
    raw = pq.read_table(
        data_dir / "online_retail_wholesale" / "online_retail.parquet", columns=["Quantity", "UnitPrice"]
    )
    total = math.fsum(q * p for q, p in zip(raw["Quantity"].to_pylist(), raw["UnitPrice"].to_pylist(), strict=True))
    assert float(sum(landed["amount"].to_pylist())) == pytest.approx(total, abs=1.0)
    assert len(set(landed["record_id"].to_pylist())) == 541_909


def test_words_of_every_source_are_read_and_a_tables_own_go_first(folder: Path) -> None:
    write(folder, "said.csv", "respondent,dimension,answer,observed_at,role\nA,timing,hm,2024-01-01,boss\n")
    shared = {"evidence": {"answer": {"hm": "partial"}, "role": {"boss": "economic"}}}
    own = {"evidence": {"file": "said.csv", "values": {"answer": {"hm": "unknown"}}}}
    (file,) = run(folder, own, words=shared).files
    (row,) = pq.read_table(file.batch.data).to_pylist()
    assert (row["answer"], row["role"]) == ("unknown", "economic")
    (file,) = run(folder, {"evidence": "said.csv"}, words=shared).files
    assert file.new
    assert pq.read_table(file.batch.data)["answer"].to_pylist() == ["partial"]


def test_a_file_that_vanished_from_a_glob_leaves_and_says_so(folder: Path) -> None:
    for name in ("deals_1", "deals_2", "deals_3"):
        write(folder, f"{name}.csv", f"opportunity_key,stage\n{name}a,Demo\n{name}b,Won\n")
    tables = {"opportunities": "deals_*.csv"}
    assert run(folder, tables).gone == ()
    (folder / "exports" / "deals_2.csv").unlink()
    (left,) = run(folder, tables, APRIL).gone
    assert (left.file, left.rows, left.before, left.after) == ("deals_2.csv", 2, 6, 4)
    current = Landing(folder / "landing").current("crm", "opportunities")
    assert [batch.file for batch in current] == ["deals_1.csv", "deals_3.csv"]
    assert run(folder, tables, APRIL).gone == ()
    (left,) = run(folder, {"opportunities": "*_1.csv"}, APRIL).gone
    assert (left.file, left.before, left.after) == ("deals_3.csv", 4, 2)


@pytest.mark.parametrize("dies_at", range(4))
def test_a_run_that_dies_within_a_glob_leaves_the_old_files_in_force(
    folder: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    names = [f"deals_{number}.csv" for number in range(3)]
    for name in names:
        write(folder, name, f"opportunity_key,stage\n{name},Old\n")
    tables = {"opportunities": "deals_*.csv"}
    old = run(folder, tables).batches
    for name in names:
        write(folder, name, f"opportunity_key,stage\n{name},New\n")
    renames = iter(range(100))
    rename = Path.rename

    def killed(path: Path, target: Path) -> Path:
        if next(renames) == dies_at:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        run(folder, tables, APRIL)
    monkeypatch.undo()
    landing = Landing(folder / "landing")
    assert landing.current("crm", "opportunities") == old
    run(folder, tables, APRIL)
    stages = [pq.read_table(batch.data)["stage"].to_pylist() for batch in landing.current("crm", "opportunities")]
    assert stages == [["New"]] * 3
    assert len(landing.batches("crm", "opportunities")) == 6
