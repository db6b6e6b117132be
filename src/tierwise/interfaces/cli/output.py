"""Data as JSON, CSV or Parquet: one envelope, and cells that no spreadsheet executes."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1
# What a spreadsheet may take for the beginning of a formula (OWASP ASVS 5.0, V1.2.10, and full-width forms).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def document(command: str, data: Any) -> str:
    """The JSON of a command: `{"schema_version": 1, "command": ..., "data": ...}`, as docs/reference/cli.md says."""
    envelope = {"schema_version": SCHEMA_VERSION, "command": command, "data": plain(data)}
    return json.dumps(envelope, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """A value as JSON has it: dates in ISO form, decimals as numbers, what is not a number as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def csv_text(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV for a spreadsheet: text that would start a formula gets a quote in front; numbers stay numbers."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)  # RFC 4180: lines end in CR LF, so that a CR within a text is quoted
    writer.writerow(names)
    writer.writerows([[cell(row[name]) for name in names] for row in rows])
    return stream.getvalue()


def cell(value: Any) -> Any:
    """One cell of a CSV."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return "" if value is None else value


def write_file(rows: Any, form: str, target: Path | None) -> None:
    """An Arrow table as CSV or Parquet, to a file or to stdout."""
    if form == "csv":
        text = csv_text(rows.column_names, rows.to_pylist())
        if target is None:
            sys.stdout.write(text)
        else:
            target.write_text(text, encoding="utf-8", newline="")
        return
    import pyarrow.parquet as pq

    if target is None:
        buffer = io.BytesIO()
        pq.write_table(rows, buffer)
        sys.stdout.buffer.write(buffer.getvalue())
    else:
        pq.write_table(rows, target)
