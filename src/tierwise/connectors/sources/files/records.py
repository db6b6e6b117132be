"""Delimited text into columns, without losing a line.

Two readers that must agree. The fast one finds the records of a block with numpy (quote parity), counts their
fields, and lets Arrow parse those that fit; Arrow's row count must equal the number of records found. Where
quotes are not as RFC 4180 has them, or the counts differ, the exact reader takes over, one record at a time.

A quoted field that is closed by anything but a delimiter or a line end, or never, makes its record unreadable:
the lines up to the one on which that field began are refused, and reading goes on with the next line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from pyarrow import csv

from tierwise.connectors.content import TOP, Content, EmptyFileError, Refused, distinct_headings, shorten
from tierwise.connectors.sources.files.shapes.shape import Shape
from tierwise.connectors.sources.files.totals import LOOKED_AT, above_heading, heading_at
from tierwise.core.errors import DataError

BLOCK = 1 << 24
MAX_CELL = 1 << 20
EXACT_RECORDS = 64
QUOTE, LF, CR = 0x22, 0x0A, 0x0D
LINE_END = re.compile(rb"\r\n|\n|\r")
RAGGED, TRUNCATED, MALFORMED, OVERSIZED = "ragged", "truncated", "malformed quotes", "cell above 1 MiB"


@dataclass(frozen=True)
class Scan:
    """Records of a block that begins outside quotes: where each starts and stops, its fields, its line.

    `trusted` is how many of them come before the first quote that RFC 4180 does not allow.
    """

    starts: np.ndarray
    stops: np.ndarray
    nexts: np.ndarray
    fields: np.ndarray
    lines: np.ndarray
    trusted: int
    quoted_line_ends: bool


@dataclass
class Harvest:
    """Rows found so far."""

    names: list[str]
    chunks: list[pa.Table] = field(default_factory=list)
    lines: list[np.ndarray] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    rows_in: int = 0

    def add(self, table: pa.Table, lines: np.ndarray) -> None:
        self.chunks.append(table)
        self.lines.append(lines)

    def refuse(self, line: int, reason: str, what: str, raw: bytes) -> None:
        text = shorten(raw[: 2 * MAX_CELL].decode("utf-8", errors="replace"))
        self.refused.append(Refused(line, reason, f"line {line}: {what}", text))

    def content(self) -> Content:
        schema = pa.schema([(f"f{i}", pa.string()) for i in range(len(self.names))])
        table = pa.concat_tables(self.chunks) if self.chunks else schema.empty_table()
        lines = np.concatenate(self.lines) if self.lines else np.empty(0, np.int64)
        return Content(table.rename_columns(self.names), lines, self.rows_in, tuple(self.refused))


def read_records(data: bytes, delimiter: str, shape: Shape | None = None) -> Content:
    """UTF-8 text with a heading line as columns of text. Raises DataError when there is no heading.

    A declared `shape` has its heading in the first row, or names the columns itself.
    """
    sign = delimiter.encode()
    top = first_records(data, sign)
    position, line, above = (*skip_blank(data, 0, 1), None) if shape else find_heading(data, sign)
    if position >= len(data):
        raise EmptyFileError
    heading, start, problem = exact_record(data, position, sign)
    if problem:
        raise DataError(
            f"line {line}: the heading line cannot be read: {problem}",
            "Repair the quotes of that line, or export the file again.",
        )
    names = [name.decode() for name in heading]
    if shape and (given := shape.headings(names)):
        names, start = list(given), position
    harvest = Harvest(distinct_headings(names))
    line += _line_ends(data, position, start)
    view = np.frombuffer(data, np.uint8)
    block, exact = BLOCK, EXACT_RECORDS
    while start < len(data):
        stop = min(start + block, len(data))
        scan = scan_block(view[start:stop], sign[0], line, final=stop == len(data))
        if scan.trusted:
            # Irregular quotes come in swarms: stay exact for longer each time, until a long clean stretch.
            exact = EXACT_RECORDS if scan.trusted > exact else exact
            start, line = _read_fast(data, start, line, sign, scan, harvest)
            block = BLOCK
        elif len(scan.starts) or stop == len(data):
            start, line = _read_exact(data, start, line, sign, exact, harvest)
            exact *= 2
        else:
            block *= 2
    return replace(harvest.content(), top=top, warnings=(above_heading(*above),) if above else ())


def first_records(data: bytes, delimiter: bytes) -> tuple[tuple[str, ...], ...]:
    """The first records as they stand, up to one that cannot be read."""
    found: list[tuple[str, ...]] = []
    at, _ = skip_blank(data, 0, 1)
    while at < len(data) and len(found) < TOP:
        cells, at, problem = exact_record(data, at, delimiter)
        if problem:
            break
        found.append(tuple(shorten(cell[:MAX_CELL].decode("utf-8", errors="replace")) for cell in cells))
        at, _ = skip_blank(data, at, 1)
    return tuple(found)


def find_heading(data: bytes, delimiter: bytes) -> tuple[int, int, tuple[int, int] | None]:
    """Where the heading begins, its line, and how many rows with a title stand above it, if any do."""
    position, line = skip_blank(data, 0, 1)
    places: list[tuple[int, int]] = []
    rows: list[list[str]] = []
    at, on = position, line
    while at < len(data) and len(rows) < LOOKED_AT:
        fields, end, problem = exact_record(data, at, delimiter)
        if problem or any(len(cell) > MAX_CELL for cell in fields):
            break
        places.append((at, on))
        rows.append([cell.decode("utf-8", errors="replace") for cell in fields])
        at, on = skip_blank(data, end, on + _line_ends(data, at, end))
    found = heading_at(rows)
    return (*places[found], (found, places[found][1])) if found else (position, line, None)


def scan_block(block: np.ndarray, delimiter: int, line: int, *, final: bool) -> Scan:
    """Find the records of a block. An unfinished last record is left out, unless the block is `final`."""
    quotes = np.flatnonzero(block == QUOTE)
    line_ends = _find_line_ends(block, final=final)
    delimiters = np.flatnonzero(block == delimiter)
    outer = line_ends
    if len(quotes):
        outer = line_ends[np.searchsorted(quotes, line_ends) % 2 == 0]
        delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    nexts = outer + 1
    stops = outer.copy()
    if len(outer):
        crlf = (block[outer] == LF) & (outer > 0) & (block[np.maximum(outer, 1) - 1] == CR)
        stops[crlf] -= 1
    if final and (not len(nexts) or nexts[-1] < len(block)):
        nexts, stops = np.append(nexts, len(block)), np.append(stops, len(block))
    starts = np.concatenate([np.zeros(1, np.int64), nexts[:-1]]) if len(nexts) else nexts
    stops = np.maximum(stops, starts)
    bad = _first_bad_quote(block, quotes, delimiter, final=final)
    return Scan(
        starts,
        stops,
        nexts,
        np.searchsorted(delimiters, stops) - np.searchsorted(delimiters, starts) + 1,
        line + np.searchsorted(line_ends, starts),
        len(nexts) if bad is None else int(np.searchsorted(nexts, bad, side="right")),
        len(outer) < len(line_ends),
    )


def exact_record(data: bytes, position: int, delimiter: bytes) -> tuple[list[bytes], int, str]:
    """One record: its fields, where the next one begins, and what is wrong with it (empty if nothing).

    A quote inside an unquoted field is a character like any other.
    """
    plain = _PLAIN.setdefault(delimiter, re.compile(rb"[^\r\n" + re.escape(delimiter) + rb"]*"))
    fields: list[bytes] = []
    while True:
        if data[position : position + 1] == b'"':
            close = _closing_quote(data, position + 1)
            after = data[close + 1 : close + 2]
            if close < 0 or after not in (b"", b"\r", b"\n", delimiter):
                end = LINE_END.search(data, position)
                return fields, end.end() if end else len(data), TRUNCATED if close < 0 else MALFORMED
            fields.append(data[position + 1 : close].replace(b'""', b'"'))
            position = close + 1
        else:
            match = plain.match(data, position)
            end_of_field = match.end() if match else position
            fields.append(data[position:end_of_field])
            position = end_of_field
        if data[position : position + 1] != delimiter:
            break
        position += 1
    end = LINE_END.match(data, position)
    return fields, end.end() if end else len(data), ""


_PLAIN: dict[bytes, re.Pattern[bytes]] = {}


def skip_blank(data: bytes, position: int, line: int) -> tuple[int, int]:
    """The next position and line that is not an empty line."""
    while end := LINE_END.match(data, position):
        position, line = end.end(), line + 1
    return position, line


def _read_fast(data: bytes, start: int, line: int, delimiter: bytes, scan: Scan, harvest: Harvest) -> tuple[int, int]:
    count = scan.trusted
    starts, stops, lines = scan.starts[:count], scan.stops[:count], scan.lines[:count]
    end = int(scan.nexts[count - 1])
    filled = stops > starts
    fits = filled & (scan.fields[:count] == len(harvest.names)) & (stops - starts <= MAX_CELL)
    body = _keep(data, start, end, scan.nexts[:count], fits | ~filled)
    table = _parse(body, delimiter, len(harvest.names), int((stops - starts)[fits].max(initial=0)), scan)
    if table is None or table.num_rows != int(fits.sum()):
        return _read_exact(data, start, line, delimiter, count, harvest)
    harvest.rows_in += int(filled.sum())
    harvest.add(table, lines[fits])
    for i in np.flatnonzero(filled & ~fits):
        fields, _, _ = exact_record(data, start + int(starts[i]), delimiter)
        _take(harvest, fields, int(lines[i]), data[start + int(starts[i]) : start + int(stops[i])])
    return start + end, line + _line_ends(data, start, start + end)


def _read_exact(
    data: bytes, start: int, line: int, delimiter: bytes, records: int, harvest: Harvest
) -> tuple[int, int]:
    rows: list[list[bytes]] = []
    lines: list[int] = []
    for _ in range(records):
        start, line = skip_blank(data, start, line)
        if start >= len(data):
            break
        fields, end, problem = exact_record(data, start, delimiter)
        harvest.rows_in += 1
        raw = data[start:end].rstrip(b"\r\n")
        if problem:
            cut = "a quoted value is not closed: the file may be cut off"
            harvest.refuse(line, problem, cut if problem == TRUNCATED else "text follows a closing quote", raw)
        elif len(fields) != len(harvest.names) or any(len(cell) > MAX_CELL for cell in fields):
            _refuse_shape(harvest, fields, line, raw)
        else:
            rows.append(fields)
            lines.append(line)
        line += _line_ends(data, start, end)
        start = end
    if rows:
        harvest.add(_as_table(rows, len(harvest.names)), np.array(lines, np.int64))
    return start, line


def _take(harvest: Harvest, fields: list[bytes], line: int, raw: bytes) -> None:
    """A row that is long or ragged: load it after all, or refuse it."""
    if len(fields) != len(harvest.names) or any(len(cell) > MAX_CELL for cell in fields):
        _refuse_shape(harvest, fields, line, raw)
    else:
        harvest.add(_as_table([fields], len(harvest.names)), np.array([line], np.int64))


def _refuse_shape(harvest: Harvest, fields: list[bytes], line: int, raw: bytes) -> None:
    expected = len(harvest.names)
    if len(fields) != expected:
        harvest.refuse(line, RAGGED, f"{len(fields)} values where the heading has {expected}", raw)
    else:
        position = next(i for i, cell in enumerate(fields) if len(cell) > MAX_CELL)
        harvest.refuse(line, OVERSIZED, f"{harvest.names[position]} holds more than 1 MiB", raw)


def _as_table(rows: list[list[bytes]], width: int) -> pa.Table:
    columns = {f"f{i}": pa.array([row[i].decode() for row in rows], pa.string()) for i in range(width)}
    return pa.table(columns)


def _keep(data: bytes, start: int, end: int, nexts: np.ndarray, keep: np.ndarray) -> bytes:
    """The block without the records that do not fit."""
    if keep.all():
        return data[start : start + end]
    parts, position = [], 0
    for i in np.flatnonzero(~keep):
        begin = int(nexts[i - 1]) if i else 0
        parts.append(data[start + position : start + begin])
        position = int(nexts[i])
    return b"".join([*parts, data[start + position : start + end]])


def _parse(body: bytes, delimiter: bytes, width: int, longest: int, scan: Scan) -> pa.Table | None:
    names = [f"f{i}" for i in range(width)]
    if not body.strip(b"\r\n"):
        return pa.schema([(name, pa.string()) for name in names]).empty_table()
    try:
        return csv.read_csv(
            pa.BufferReader(body),
            csv.ReadOptions(column_names=names, block_size=max(1 << 20, 2 * longest)),
            csv.ParseOptions(delimiter=delimiter.decode(), newlines_in_values=scan.quoted_line_ends),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None


def _find_line_ends(block: np.ndarray, *, final: bool) -> np.ndarray:
    """Positions of the last byte of each LF, CRLF or lone CR."""
    ends = block == LF
    returns = np.flatnonzero(block == CR)
    if len(returns):
        if not final and returns[-1] == len(block) - 1:
            returns = returns[:-1]  # the next block may begin with its LF
        followed = np.zeros(len(returns), bool)
        inside = returns < len(block) - 1
        followed[inside] = block[returns[inside] + 1] == LF
        ends[returns[~followed]] = True
    return np.flatnonzero(ends)


def _first_bad_quote(block: np.ndarray, quotes: np.ndarray, delimiter: int, *, final: bool) -> int | None:
    """Position of the first quote that neither opens nor closes a field nor doubles another."""
    if not len(quotes):
        return None
    allowed = np.zeros(256, bool)
    allowed[[QUOTE, LF, CR, delimiter]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    bad = [opening[(opening > 0) & ~allowed[block[np.maximum(opening, 1) - 1]]]]
    last = len(block) - 1
    bad.append(closing[(closing < last) & ~allowed[block[np.minimum(closing + 1, last)]]])
    if final and len(quotes) % 2:
        bad.append(quotes[-1:])
    found = np.concatenate(bad)
    return int(found.min()) if len(found) else None


def _closing_quote(data: bytes, position: int) -> int:
    while True:
        close = data.find(b'"', position)
        if close < 0 or data[close + 1 : close + 2] != b'"':
            return close
        position = close + 2


def _line_ends(data: bytes, start: int, end: int) -> int:
    carriage = data.count(b"\r", start, end)
    return data.count(b"\n", start, end) + carriage - (data.count(b"\r\n", start, end) if carriage else 0)
