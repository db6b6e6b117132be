"""Parquet and JSON lines: formats that type their values themselves."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tierwise.connectors.content import Content, EmptyFileError, Refused, distinct_headings, shorten
from tierwise.connectors.sources.files.records import LINE_END, MAX_CELL, OVERSIZED
from tierwise.connectors.sources.files.shapes.shape import Shape
from tierwise.connectors.sources.files.text import decode
from tierwise.connectors.values import as_text
from tierwise.core.errors import DataError

ESCAPED_SURROGATE, SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]"), re.compile("[\ud800-\udfff]")


def read_parquet(data: bytes) -> Content:
    """Every column of a Parquet file; nested ones as JSON text. `lines` are row numbers from 1."""
    try:
        table = pq.read_table(pa.BufferReader(data))
        table.validate(full=True)
        columns = [_flat(column) for column in table.columns]
        names = distinct_headings(table.column_names)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DataError(f"the Parquet file cannot be read: {str(error).strip()}", "Write it again.") from error
    columns, removed = _without_nul(columns)
    warnings = (f"NUL characters were removed from {removed:,} cells",) if removed else ()
    flat, lines = pa.table(columns, names=names), np.arange(1, table.num_rows + 1)
    large = _too_large(flat)
    refused = tuple(
        Refused(i + 1, OVERSIZED, f"line {i + 1}: {name} holds more than 1 MiB", _raw(flat, i)) for i, name in large
    )
    if refused:
        keep = np.ones(len(lines), bool)
        keep[[i for i, _ in large]] = False
        flat, lines = flat.filter(pa.array(keep)), lines[keep]
    return Content(flat, lines, table.num_rows, refused, "parquet", warnings=warnings)


def read_json_lines(data: bytes, *, encoding: str | None = None, shape: Shape | None = None) -> Content:
    """One JSON object per line; the columns are all keys, by first use. Lines that are none are refused.

    Where a `shape` makes rows of pages, a row's line is its number.
    """
    used, body, warnings = decode(data, encoding)
    body = shape.lines(body) if shape and shape.lines else body
    names: dict[str, None] = {}
    records: list[dict[str, Any]] = []
    lines: list[int] = []
    refused: list[Refused] = []
    for line, raw in enumerate(LINE_END.split(body), start=1):
        if not raw.strip():
            continue
        record, reason, message = _record(raw)
        if reason:
            refused.append(Refused(line, reason, f"line {line}: {message}", shorten(raw.decode())))
            continue
        names.update(dict.fromkeys(record))
        records.append(record)
        lines.append(line)
    if not records and not refused:
        raise EmptyFileError
    if not names:
        first = f"; {refused[0].message}" if refused else ""
        raise DataError(f"no line holds a JSON object with a value{first}", "Write one object per line (JSON lines).")
    columns = [_column([record.get(name) for record in records]) for name in names]
    table = pa.table(columns, names=distinct_headings(list(names)))
    count = len(records) + len(refused)
    return Content(table, np.array(lines, np.int64), count, tuple(refused), used, warnings=warnings)


def _record(raw: bytes) -> tuple[dict[str, Any], str, str]:
    try:
        value = json.loads(raw, object_pairs_hook=_unique_keys, parse_constant=str, parse_float=_exact_float)
    except (ValueError, RecursionError) as error:
        return {}, "not JSON", f"not a JSON object ({error})"
    if not isinstance(value, dict):
        return {}, "not JSON", "not a JSON object"
    record = {key: _scalar(item) for key, item in value.items()}
    if ESCAPED_SURROGATE.search(raw) and any(SURROGATE.search(f"{key}{item}") for key, item in record.items()):
        return {}, "not JSON", "half of a surrogate pair is no letter"
    for key, item in record.items():
        if isinstance(item, str) and len(item) > MAX_CELL // 4 and len(item.encode()) > MAX_CELL:
            return {}, OVERSIZED, f"{key} holds more than 1 MiB"
    return record, "", ""


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that occurs twice would lose one of its values."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key occurs twice")
    return result


class _Written(str):
    """A number as it was written: 19.90 stays 19.90, and 1e400 does not become infinite."""


def _exact_float(text: str) -> _Written:
    return _Written(text)


def _scalar(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.replace("\0", "") if type(value) is str else value


def _column(values: list[Any]) -> pa.Array:
    """Numbers and truth values typed when the whole column is; otherwise text."""
    filled = [value for value in values if value is not None]
    if filled and all(type(value) is bool for value in filled):
        return pa.array(values, pa.bool_())
    if filled and all(type(value) is int and abs(value) < 2**63 for value in filled):
        return pa.array(values, pa.int64())
    if filled and all(type(value) in (int, _Written) for value in filled):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    return pa.array(["" if value is None else _text(value) for value in values], pa.string())


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _without_nul(columns: list[pa.ChunkedArray]) -> tuple[list[pa.ChunkedArray], int]:
    """The columns without the character that no text may hold, and how many cells held it."""
    result, removed = [], 0
    for column in columns:
        count = 0
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            count = pc.sum(pc.match_substring(column, "\0")).as_py() or 0
            removed += count
        result.append(pc.replace_substring(column, "\0", "") if count else column)
    return result, removed


def _too_large(table: pa.Table) -> list[tuple[int, str]]:
    """Row indexes with a cell above 1 MiB, and the first such column of each."""
    found: dict[int, str] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            above = pc.fill_null(pc.greater(pc.binary_length(column), MAX_CELL), False)
            for i in np.flatnonzero(above.to_numpy()).tolist():
                found.setdefault(i, name)
    return sorted(found.items())


def _raw(table: pa.Table, index: int) -> str:
    cells = {name: as_text(table[name].slice(index, 1))[0].as_py() or "" for name in table.column_names}
    return shorten(json.dumps({name: cell[:100] for name, cell in cells.items()}, ensure_ascii=False))


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _flat(column.cast(kind.value_type))
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string()) if column.nbytes < 2**31 else column
    if pa.types.is_nested(kind):
        texts = [None if value is None else json.dumps(value, default=str) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.chunked_array(
            [pa.array([None if v is None else v.decode("utf-8", "replace") for v in column.to_pylist()])]
        )
    return column
