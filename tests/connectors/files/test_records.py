"""Every line of a delimited file is a row, a refusal or blank: the two readers agree and lose nothing."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files import records
from tierwise.connectors.sources.files.records import MAX_CELL, exact_record, read_records
from tierwise.connectors.sources.files.text import read_text
from tierwise.core.errors import DataError

VALID = (
    'id,name,note\r\n1,"Acme, Inc.","two\r\nlines"\r\n2,Bücher,"say ""hi"""\r\n\r\n3,Zoë,\r\n4,"","last, one"\r\n'
).encode()
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def accounted(content: Content, data: bytes) -> None:
    """The books balance, and line numbers lie inside the file."""
    assert content.rows_in == content.table.num_rows + len(content.refused)
    last = data.count(b"\n") + data.count(b"\r") + 1
    assert all(1 < line <= last for line in [*content.lines.tolist(), *(row.line for row in content.refused)])


def independent_count(data: bytes) -> int:
    """Records below the heading, by Python's own csv reader."""
    text = io.StringIO(data.decode(), newline="")
    return sum(1 for row in csv.reader(text) if row) - 1


def test_a_valid_file_is_read_whole() -> None:
    content = read_records(VALID, ",")
    assert content.table.to_pydict() == {
        "id": ["1", "2", "3", "4"],
        "name": ["Acme, Inc.", "Bücher", "Zoë", ""],
        "note": ["two\r\nlines", 'say "hi"', "", "last, one"],
    }
    assert content.lines.tolist() == [2, 4, 6, 7]
    assert not content.refused


def test_cut_at_every_byte_nothing_is_lost() -> None:
    whole = read_records(VALID, ",").table.to_pylist()
    for size in range(len(VALID)):
        cut = VALID[:size]
        try:
            content = read_text(cut, delimiter=",")
        except DataError:
            continue
        accounted(content, cut)
        if cut.count(b'"') % 2:  # inside quotes: the record that was cut is refused, the ones before stand
            assert [row.reason for row in content.refused][:1] == ["truncated"], cut
            loaded = content.table.to_pylist()
            assert loaded == whole[: len(loaded)]
            assert len(loaded) + 1 >= independent_count(cut)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_at_any_byte_rows_add_up_or_it_is_said(data: st.DataObject) -> None:
    mutated = bytearray(VALID * 3)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(mutated) - 1))
        change = data.draw(st.sampled_from([b"", b'"', b",", b"\n", b"\r", b";", b"\0", b"\xff", b'""', b"x"]))
        mutated[place : place + 1] = change
    try:
        content = read_text(bytes(mutated))
    except DataError:
        return
    accounted(content, bytes(mutated))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.integers(1, 64),
)
@example([["", "", ""]], ",", "\n", csv.QUOTE_MINIMAL, 1)
def test_what_a_csv_writer_wrote_is_read_back(
    rows: list[list[str]], delimiter: str, line_end: str, quoting: int, block: int
) -> None:
    if line_end == "\n":  # then the writer leaves a lone CR bare
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([["a", "b", "c"], *rows])
    original, records.BLOCK = records.BLOCK, block  # tiny blocks: records straddle every border
    try:
        content = read_records(buffer.getvalue().encode(), delimiter)
    finally:
        records.BLOCK = original
    assert [list(row.values()) for row in content.table.to_pylist()] == rows
    assert not content.refused


@settings(max_examples=300, deadline=None)
@given(st.text('ab,"\n\r;', max_size=60), st.integers(1, 16))
def test_the_fast_and_the_exact_reader_agree(body: str, block: int) -> None:
    data = b"x,y\n" + body.encode()
    fast = _read_in_blocks(data, block)
    exact = _read_exactly(data)
    assert sorted(fast) == sorted(exact)


def _read_in_blocks(data: bytes, block: int) -> list[tuple[int, str]]:
    original, records.BLOCK = records.BLOCK, block
    try:
        content = read_records(data, ",")
    finally:
        records.BLOCK = original
    rows = [
        (line, str(list(row.values())))
        for line, row in zip(content.lines.tolist(), content.table.to_pylist(), strict=True)
    ]
    return rows + [(row.line, row.reason) for row in content.refused]


def _read_exactly(data: bytes) -> list[tuple[int, str]]:
    position, line, found = len(b"x,y\n"), 2, []
    while True:
        position, line = records.skip_blank(data, position, line)
        if position >= len(data):
            return found
        fields, end, problem = exact_record(data, position, b",")
        found.append((line, problem or (str([cell.decode() for cell in fields]) if len(fields) == 2 else "ragged")))
        line += len(records.LINE_END.findall(data[position:end]))
        position = end


def test_a_large_file_with_stray_quotes_in_the_middle() -> None:
    lines = [f"{i},name {i}" for i in range(50_000)]
    lines[20_000] = '20000,5" disk'
    lines[30_000] = '30000,"never closed'
    lines[40_000] = '40000,"closed" badly'
    data = ("id,name\n" + "\n".join(lines) + "\n").encode()
    content = read_records(data, ",")
    assert content.rows_in == 50_000
    malformed = "malformed quotes"  # the stray quote of line 30,002 meets the next one, ten thousand lines on
    assert [(row.line, row.reason) for row in content.refused] == [(30_002, malformed), (40_002, malformed)]
    names = dict(zip(content.table["id"].to_pylist(), content.table["name"].to_pylist(), strict=True))
    assert names["20000"] == '5" disk'
    assert np.array_equal(np.sort(content.lines), np.setdiff1d(np.arange(2, 50_002), [30_002, 40_002]))


def test_a_megabyte_is_a_cell_and_more_is_not() -> None:
    data = b"id,note\n1," + b"x" * MAX_CELL + b"\n2," + b"x" * (MAX_CELL + 1) + b"\n3,z\n"
    content = read_records(data, ",")
    assert sorted(content.table["id"].to_pylist()) == ["1", "3"]
    assert [(row.line, row.reason) for row in content.refused] == [(3, "cell above 1 MiB")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(line_end: str) -> None:
    content = read_records(line_end.join(["a,b", "1,2", "", "3,4"]).encode(), ",")
    assert content.table.to_pydict() == {"a": ["1", "3"], "b": ["2", "4"]}
    assert content.lines.tolist() == [2, 4]
