"""Files of other kinds: workbooks, archives that unpack without end, Parquet, JSON lines, survey exports."""

# ruff: noqa: DTZ001 (landed moments are naive UTC)
from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from scripts.faults.fault import Fault, column, delimited, key
from scripts.faults.shapes import COMPANIES

WORKBOOK = "xl/workbook.xml"
SURVEY = ("StartDate", "Q1", "account_key")


def formats(random: Random) -> Iterator[Fault]:
    """Every fault of another format."""
    yield from _workbooks()
    yield from _serials()
    yield from _bombs()
    yield from _parquet(random)
    yield from _json()
    yield from _surveys()


def workbook(*rows: list[Any], epoch_1904: bool = False, sheets: int = 1) -> bytes:
    """A workbook of one filled sheet, with the moment of writing fixed: the same bytes from the same rows."""
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for i in range(1, sheets):
        book.create_sheet(f"Other {i}")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _workbooks() -> Iterator[Fault]:
    row, head, at = "workbooks", ["account_key", "name", "employees"], {"file": "companies.xlsx"}
    good = workbook(head, [key(1), "A", 5], [key(2), "B", 6])
    yield Fault(row, "in order", good, 2, **at)
    yield Fault(
        row,
        "values beyond the heading",
        workbook(head, [key(1), "A", 5, "x"], [key(2), "B", 6]),
        2,
        {2: "values beyond"},
        **at,
    )
    yield Fault(row, "a short row", workbook(head, [key(1)], [key(2), "B", 6]), 2, **at)
    yield Fault(
        row,
        "errors in cells",
        workbook(head, [key(1), "A", "#REF!"], [key(2), "B", 6]),
        2,
        note="1 cells of the workbook hold an error",
        **at,
    )
    yield Fault(
        row, "a type that changes", workbook(head, [key(1), "A", 5], [key(2), "B", "many"]), 2, {3: "'many'"}, **at
    )
    yield Fault(row, "two sheets", workbook(head, [key(1), "A", 5], sheets=2), error="Declare `sheet:`", **at)
    yield Fault(row, "no such sheet", good, error="there is no sheet", options={"sheet": "Sheet2"}, **at)
    yield Fault(row, "empty", workbook(), error="is empty", **at)
    yield Fault(row, "heading alone", workbook(head), error="a heading and no rows", **at)
    yield Fault(row, "a CSV that says xlsx", delimited(COMPANIES), error="not an xlsx workbook", **at)
    yield Fault(row, "an xlsx that says CSV", good, error="encoding")
    for part in (20, len(good) // 2, len(good) - 10):
        yield Fault(
            row,
            f"cut after {part:,} bytes" if part == 20 else f"cut at {part / len(good):.0%}",
            good[:part],
            error="xlsx workbook",
            **at,
        )
    yield Fault(row, "a cell of 2 MiB", _big_cell(good), 2, {2: "holds more than 1 MiB"}, **at)


def _big_cell(good: bytes) -> bytes:
    """Openpyxl writes no such cell: Excel's limit is 32,767 characters."""
    return _replaced(good, "xl/worksheets/sheet1.xml", b"<t>A</t>", b"<t>" + b"x" * (2 << 20) + b"</t>")


def _replaced(book: bytes, entry: str, *changes: bytes) -> bytes:
    """The workbook with pieces of one entry exchanged: old, new, old, new."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == entry:
                for old, new in zip(changes[::2], changes[1::2], strict=True):
                    data = data.replace(old, new)
            target.writestr(name, data)
    return stream.getvalue()


def _serials() -> Iterator[Fault]:
    row, at = "Excel serials", {"file": "companies.xlsx"}
    for epoch_1904 in (False, True):
        serial = 45292 - 1462 * epoch_1904
        data = workbook(
            ["account_key", "created_at"], [key(1), serial], [key(2), datetime(2024, 1, 1)], epoch_1904=epoch_1904
        )
        yield Fault(
            row,
            f"since {1904 if epoch_1904 else 1900}",
            data,
            2,
            values={"created_at": [datetime(2024, 1, 1)] * 2},
            **at,
        )
    for serial in (-5, 0, 2_958_466, 1e12):
        data = workbook(["account_key", "created_at"], [key(1), 45292], [key(2), serial])
        yield Fault(row, f"{serial:,.0f} is no day", data, 2, {3: "is not a date"}, **at)


def _bombs() -> Iterator[Fault]:
    row, at = "bombs", {"file": "companies.xlsx"}
    zeros = b"0" * 20_000_000
    for name in (WORKBOOK, "xl/worksheets/sheet1.xml", "nested.zip"):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, zeros)
        yield Fault(row, f"{name} of 20 MB", stream.getvalue(), error="refused as unsafe", **at)
    good = workbook(["account_key", "name"], [key(1), "A"])
    lies = bytearray(good)
    entry = lies.index(b"PK\x01\x02")
    lies[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    yield Fault(row, "an entry that hides its size", bytes(lies), error="refused as unsafe", **at)
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    laughs = _replaced(
        good, "xl/worksheets/sheet1.xml", b"<worksheet", entities + b"<worksheet", b"<t>A</t>", b"<t>&b;</t>"
    )
    yield Fault(row, "entities that grow", laughs, error="cannot be read", **at)
    yield Fault(
        row, "gz of 60 MB", gzip.compress(b"0" * 60_000_000), error="refused as unsafe", file="companies.csv.gz"
    )
    packed = gzip.compress(column("name", ["A"]), mtime=0)
    yield Fault(row, "gz, in order", packed, 1, file="companies.csv.gz")
    yield Fault(row, "gz, cut off", packed[:-6], error="damaged or cut off", file="companies.csv.gz")
    yield Fault(
        row, "gz, damaged", packed[:20] + b"\xff\xff" + packed[22:], error="damaged or cut off", file="companies.csv.gz"
    )
    yield Fault(row, "gz inside gz", gzip.compress(packed, mtime=0), error="encoding", file="companies.csv.gz")


def _parquet(random: Random) -> Iterator[Fault]:
    row, at = "hostile Parquet", {"file": "companies.parquet"}

    def written(**columns: Any) -> bytes:
        stream = io.BytesIO()
        pq.write_table(pa.table(columns), stream)
        return stream.getvalue()

    keys = [key(1), key(2)]
    good = written(account_key=keys, name=["A", "B"])
    yield Fault(row, "in order", good, 2, **at)
    for amount in (float("nan"), float("inf"), float("-inf"), 1e300):
        data = written(account_key=keys, annual_revenue=[5.0, amount])
        yield Fault(
            row, f"amount {amount}", data, 2, {2: "is not an amount"}, values={"annual_revenue": [Decimal(5)]}, **at
        )
    nested = written(account_key=keys, name=[{"a": [1, 2]}, None])
    yield Fault(row, "nested", nested, 2, **at)
    yield Fault(row, "bytes", written(account_key=keys, name=[b"\xff\xfe", b"ok"]), 2, **at)
    yield Fault(
        row, "NUL in a name", written(account_key=keys, name=["Ac\0me", "B"]), 2, values={"name": ["Acme", "B"]}, **at
    )
    far = pa.array([0, 2**62], pa.timestamp("us"))
    yield Fault(
        row, "a moment beyond all calendars", written(account_key=keys, created_at=far), 2, {2: "is not a date"}, **at
    )
    huge = pa.array([1, 2**63 + 1], pa.uint64())
    yield Fault(row, "unsigned", written(account_key=keys, employees=huge), 2, {2: "is not a whole number"}, **at)
    minutes = pa.array([1, 2], pa.duration("s"))
    yield Fault(row, "durations", written(account_key=keys, created_at=minutes), error="none of 2 rows", **at)
    large = written(account_key=keys, name=["x" * (2 << 20), "B"])
    yield Fault(row, "a cell of 2 MiB", large, 2, {1: "holds more than 1 MiB"}, **at)
    yield Fault(row, "no row", written(account_key=pa.array([], pa.string())), error="a heading and no rows", **at)
    yield Fault(row, "a CSV", delimited(COMPANIES), error="cannot be read", **at)
    for i in range(6):
        broken = bytearray(good)
        for _ in range(3):
            broken[random.randrange(len(broken))] = random.randrange(256)
        yield Fault("damaged Parquet", f"three bytes changed, {i + 1}", bytes(broken), rejected=None, **at)
    yield Fault(row, "cut off", good[:-8], error="cannot be read", **at)


def _json() -> Iterator[Fault]:
    row, at = "hostile JSON", {"file": "companies.jsonl"}
    good = b'{"account_key": "key-0001"}\n'
    for name, line, message in (
        ("no JSON", "key-0002", "not a JSON object"),
        ("a list", '["key-0002"]', "not a JSON object"),
        ("a key twice", '{"account_key": "key-0002", "account_key": "x"}', "a key occurs twice"),
        ("cut off", '{"account_key": "key-0002', "not a JSON object"),
        ("deep", '{"account_key": "key-0002", "name": ' + "[" * 100_000, "not a JSON object"),
        ("deep and closed", '{"account_key": "key-0002", "name": ' + "[" * 3_000 + "]" * 3_000 + "}", ""),
        (
            "a number of 5,000 digits",
            '{"account_key": "key-0002", "employees": ' + "9" * 5_000 + "}",
            "not a JSON object",
        ),
        ("half of a surrogate pair", '{"account_key": "key-0002", "name": "\\ud800"}', "surrogate"),
        ("half of a pair as key", '{"account_key": "key-0002", "\\ud800": "x"}', "surrogate"),
        ("a NaN", '{"account_key": "key-0002", "annual_revenue": NaN}', "is not an amount"),
        ("1e400", '{"account_key": "key-0002", "annual_revenue": 1e400}', "is not an amount"),
    ):
        rejected = {2: message} if message else None
        yield Fault(row, name, good + line.encode() + b'\n{"account_key": "key-0003"}\n', 3, rejected, **at)
    yield Fault(
        row,
        "NUL in a name",
        b'{"account_key": "key-0001", "name": "Ac\\u0000me"}\n',
        1,
        values={"name": ["Acme"]},
        **at,
    )
    yield Fault(
        row,
        "one array over all lines",
        b'[{"account_key": 1},\n{"account_key": 2}]\n',
        error="one object per line",
        **at,
    )
    yield Fault(row, "empty", b"", error="the file is empty", **at)
    yield Fault(row, "objects without a key", b"{}\n{}\n", error="one object per line", **at)


def _surveys() -> Iterator[Fault]:
    """Exports with two or three heading rows: the further ones are no respondents, and must be refused or asked about."""
    row, options = "survey headers", {"map": {"account_key": "account_key", "created_at": "StartDate"}}
    answers = [["2024-03-01 10:00:00", "yes", key(1)], ["2024-03-02 11:00:00", "no", key(2)]]
    questions = ["Start Date", "Who signs?", "Account"]
    ids = ['{"ImportId":"startDate"}', '{"ImportId":"QID1"}', '{"ImportId":"QID2"}']
    again = "a heading again"
    yield Fault(
        row, "Qualtrics", delimited([questions, ids, *answers], SURVEY), 4, {2: again, 3: again}, options=options
    )
    monkey = delimited([["", "Response", "Open-Ended Response"], *answers], SURVEY)
    yield Fault(row, "SurveyMonkey", monkey, 3, {2: again}, options=options)
    told = delimited([["", "Response to none", key(3)], *answers], SURVEY)
    yield Fault(row, "a respondent who says Response", told, 3, options=options)
    joined = delimited(COMPANIES) + delimited(COMPANIES)
    yield Fault(row, "two files joined", joined, 17, {10: again})
