"""Files as they really come (reliability 2.2): nothing is lost silently, and every refusal says why and where."""

# ruff: noqa: DTZ001 (landed moments are naive UTC)
# ruff: noqa: E501 (one case a line)
from __future__ import annotations

import codecs
import gzip
import io
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.connectors.sources.files import FilesSource
from tierwise.core.errors import TierwiseError
from tierwise.pipeline.ingest import FileReport, ingest
from tierwise.stores.landing import Landing

LOADED_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
HEAD = b"account_key,name,employees\n"


@dataclass(frozen=True)
class Case:
    """A file and what must become of it: rows loaded and rejected with their messages, or an error that says `error`."""

    data: bytes
    loaded: int = 0
    messages: tuple[str, ...] = ()
    error: str = ""
    file: str = "companies.csv"
    options: dict[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    note: str = ""


def land(folder: Path, case: Case) -> tuple[FileReport, list[dict[str, Any]]]:
    (folder / case.file).write_bytes(case.data)
    source = FilesSource.model_validate({"kind": "files", "tables": {"accounts": {"file": case.file, **case.options}}})
    report = ingest({"crm": source}, {}, {}, {}, Landing(folder / "landing"), folder, LOADED_AT)
    return report.files[0], pq.read_table(report.files[0].batch.data).to_pylist()


def workbook(*rows: list[Any], sheets: tuple[str, ...] = ("Sheet1",)) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = sheets[0]
    for row in rows:
        sheet.append(row)
    for name in sheets[1:]:
        book.create_sheet(name)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)
    return stream.getvalue()


def parquet(**columns: list[Any]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


TEXT = "account_key,name\n1,Müller’s Bücher\n"
CASES: dict[str, Case] = {
    "mixed delimiters": Case(HEAD + b"1,A,5\n2;B;6\n3,C,7\n", 2, ("line 3: 1 values where the heading has 3",)),
    "ragged, short and long": Case(HEAD + b"1,A,5\n2,B\n3,C,7,x\n", 1, ("line 3: 2 values", "line 4: 4 values")),
    "truncated quoted last line": Case(HEAD + b'1,A,5\n2,"B', 1, ("line 3: a quoted value is not closed",)),
    "stray quote": Case(HEAD + b'1,5" disk,5\n', 1, names=('5" disk',)),
    "text after a closing quote": Case(HEAD + b'1,A,5\n2,"B" C,6\n', 1, ("line 3: text follows a closing quote",)),
    "quoted line end counts lines": Case(HEAD + b'1,"A\nB",5\n2,C,x\n', 1, ("line 4: employees 'x' is not a whole number",)),
    "lone carriage returns": Case(HEAD.replace(b"\n", b"\r") + b"1,A,5\r2,B,6\r", 2),
    "mixed line ends": Case(HEAD + b"1,A,5\r\n2,B,6\n3,C,7\r4,D,8", 4),
    "blank lines": Case(b"\n\n" + HEAD + b"\n1,A,5\n\n\n2,B,x\n\n", 1, ("line 8: employees 'x'",)),
    "utf-8 byte-order mark": Case(codecs.BOM_UTF8 + TEXT.encode(), 1, names=("Müller’s Bücher",)),
    "utf-16": Case(TEXT.encode("utf-16"), 1, names=("Müller’s Bücher",)),
    "utf-16 without a mark": Case(TEXT.encode("utf-16-le"), 1, names=("Müller’s Bücher",)),
    "utf-32": Case(TEXT.encode("utf-32"), 1, names=("Müller’s Bücher",)),
    "cp1252": Case(TEXT.encode("cp1252"), 1, names=("Müller’s Bücher",), note="read as cp1252"),
    "declared encoding": Case("account_key,name\n1,Żółw\n".encode("cp1250"), 1, options={"encoding": "cp1250"}, names=("Żółw",)),
    "wrong declared encoding": Case(TEXT.encode("cp1252"), error="not valid utf-8", options={"encoding": "utf-8"}),
    "unknown encoding": Case(TEXT.encode(), error="is not an encoding", options={"encoding": "utf-88"}),
    "nul inside a field": Case(HEAD + b"1,Ac\0me,5\n", 1, names=("Acme",), note="1 NUL characters were removed"),
    "ten megabytes in a cell": Case(HEAD + b"1,A,5\n2," + b"x" * 10_000_000 + b",6\n", 1, ("line 3: name holds more than 1 MiB",)),
    "repeated heading that is needed": Case(b"account_key,name,name\n1,A,B\n", error="'name' occurs more than once"),
    "repeated heading, declared": Case(b"account_key,name,name\n1,A,B\n", 1, options={"map": {"name": "name#2"}}, names=("B",)),
    "repeated heading nobody uses": Case(b"account_key,name,x,x\n1,A,B,C\n", 1, note="not used: x#1, x#2"),
    "empty": Case(b"", error="the file is empty"),
    "only blanks": Case(b"\n \n", error="the file is empty"),
    "only a heading": Case(HEAD, error="has a heading and no rows"),
    "empty, and that is right": Case(b"", options={"allow_empty": True}),
    "only a heading, and that is right": Case(HEAD, options={"allow_empty": True}),
    "all rows refused": Case(HEAD + b"1,A,x\n2,B,y\n", error="none of 2 rows can be loaded"),
    "not a number": Case(b"account_key,annual_revenue\n1,NaN\n2,inf\n3,-inf\n4,5\n", 1, ("line 2: annual_revenue 'NaN'",) + ("",) * 2),
    "bad values count as missing": Case(HEAD + b"1,A,many\n2,B,6\n", 2, options={"bad_values": "blank"}),
    "ambiguous numbers": Case(b"account_key,annual_revenue\n1,\"1,200\"\n", error="Declare `decimal:"),
    "ambiguous dates": Case(b"account_key,created_at\n1,1/2/2024\n", error="Declare `dates: day_first`"),
    "no serials in text": Case(b"account_key,created_at\n1,2024-01-01\n2,45292\n", 1, ("line 3: created_at '45292' is not a date",)),
    "ids and zips stay text": Case(b"account_key,name\n007,02134\n", 1, names=("02134",)),
    "names verbatim": Case("account_key,name\n1,\u202eX 😀 Zoe\u0308\u200b\n".encode(), 1, names=("\u202eX 😀 Zoe\u0308\u200b",)),
    "semicolons": Case(b"account_key;name\n1;A, B\n", 1, names=("A, B",)),
    "undecidable delimiter": Case(b"account_key,name;x\n", error="could be the delimiter"),
    "tabs": Case(b"account_key\tname\n1\tA\n", 1, file="companies.tsv"),
    "gzip": Case(gzip.compress(HEAD + b"1,A,5\n"), 1, file="companies.csv.gz"),
    "cut gzip": Case(gzip.compress(HEAD + b"1,A,5\n" * 99)[:-12], error="damaged or cut off", file="companies.csv.gz"),
    "no gzip": Case(HEAD, error="damaged or cut off", file="companies.csv.gz"),
    "gzip bomb": Case(gzip.compress(b"0" * 60_000_000), error="refused as unsafe", file="companies.csv.gz"),
    "renamed column": Case(b"account_key,Company\n1,A\n", error="did you mean 'Company'", options={"map": {"name": "Companyy"}}),
    "no such column": Case(HEAD + b"1,A,5\n", error="did you mean 'employees'", options={"map": {"employes": "employees"}}),
    "workbook": Case(workbook(["account_key", "name", "employees"], [7, "A", 5], [], ["008", "B", 6]), 2, file="c.xlsx"),
    "workbook of many sheets": Case(workbook(["name"], sheets=("A", "B")), error="Declare `sheet:`", file="c.xlsx"),
    "no such sheet": Case(workbook(["name"]), error="did you mean 'Sheet1'", file="c.xlsx", options={"sheet": "Sheet"}),
    "workbook, ragged": Case(workbook(["account_key", "name"], ["1", "A"], ["2", "B", "x"]), 1, ("line 3: values beyond",), file="c.xlsx"),
    "zip bomb": Case(bomb(), error="refused as unsafe", file="c.xlsx"),
    "no workbook": Case(HEAD, error="not an xlsx workbook", file="c.xlsx"),
    "json lines": Case(b'{"account_key": 1, "name": "A"}\nnot json\n[1]\n{"account_key": 2}\n', 2, ("line 2: not a", "line 3: not a"), file="c.jsonl"),
    "json with a key twice": Case(b'{"account_key": 1, "account_key": 2}\n{"account_key": 3}\n', 1, ("a key occurs twice",), file="c.jsonl"),
    "parquet": Case(parquet(account_key=["1", None], name=["A", "B"], employees=[5.0, 6.5]), 1, ("line 2: employees '6.5'",), file="c.parquet"),
    "cut parquet": Case(parquet(account_key=["1"])[:-8], error="cannot be read", file="c.parquet"),
    "unknown suffix": Case(b"x", error="cannot be read", file="companies.doc"),
    "a row without a value": Case(HEAD + b"1,A,5\n,-,N/A\n", 1, ("line 3: no mapped column has a value",)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_file(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    if case.error:
        with pytest.raises(TierwiseError) as caught:
            land(tmp_path, case)
        assert case.error in str(caught.value)
        assert case.file in str(caught.value)
        assert not list((tmp_path / "landing").rglob("*.parquet"))
        return
    report, rows = land(tmp_path, case)
    assert report.loaded == len(rows) == case.loaded
    assert report.rejected == len(case.messages) == sum(report.reasons.values())
    assert report.rows_in == report.loaded + report.rejected
    for said, message in zip(report.samples, case.messages, strict=True):
        assert message in said
    if case.names:
        assert tuple(row["name"] for row in rows) == case.names
    assert case.note in " ".join(report.notes)


def test_missing_file_names_the_near_miss(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_bytes(HEAD)
    source = FilesSource.model_validate({"kind": "files", "tables": {"accounts": "company.csv"}})
    with pytest.raises(TierwiseError, match=r"did you mean 'companies\.csv'"):
        ingest({"crm": source}, {}, {}, {}, Landing(tmp_path / "landing"), tmp_path, LOADED_AT)


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_serials_follow_the_flag_of_the_workbook(epoch_1904: bool, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.append(["account_key", "created_at"])
    sheet.append(["1", 45292 - 1462 * epoch_1904])
    sheet.append(["2", datetime(2024, 1, 1)])
    book.save(tmp_path / "c.xlsx")
    case = Case((tmp_path / "c.xlsx").read_bytes(), file="c.xlsx")
    _, rows = land(tmp_path, case)
    assert [row["created_at"] for row in rows] == [datetime(2024, 1, 1)] * 2
