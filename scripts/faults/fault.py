"""One faulty file, what must become of it, and what did."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tierwise.connectors.sources.files import FileTable
from tierwise.connectors.sources.files.reading import load_bytes
from tierwise.core.errors import DataError
from tierwise.pipeline.ingest import Prepared, Read, Target, landing_table, prepare
from tierwise.stores.landing import Landing

LOADED_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
HEADING = ("account_key", "name", "employees")
KEY = re.compile(r"key-\d{4}")


@dataclass(frozen=True)
class Fault:
    """A file and what must become of it: rows loaded and rejected, or the whole file refused with `error`.

    `rows` is how many records were written below the heading. `rejected` is line -> part of the message; None
    where only the balance is known beforehand (mutated files), and then either outcome is right. `values` are
    loaded columns in the order of the lines. Keys of the form `key-0001` must all be found again, loaded or
    rejected, as far as they are still in the bytes.
    """

    row: str
    name: str
    data: bytes
    rows: int = 0
    rejected: Mapping[int, str] | None = field(default_factory=dict)
    error: str = ""
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    note: str = ""
    file: str = "companies.csv"
    table: str = "accounts"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of a file: rows in, loaded and rejected, or refused; and every way in which that is not right."""

    rows_in: int = 0
    loaded: int = 0
    rejected: int = 0
    refused: str = ""
    wrong: tuple[str, ...] = ()


def outcome(fault: Fault, folder: Path) -> Outcome:
    """Read the file as `ingest` does, up to the commit. Any exception but DataError goes through: it is a defect."""
    path = folder / fault.file
    path.write_bytes(fault.data)
    spec = FileTable.model_validate({"file": fault.file, **fault.options})
    target = Target("crm", landing_table(fault.table, {}), spec, {})
    try:
        prepared = prepare(
            load_bytes(path), Read(fault.file, spec.mode), target, Landing(folder / "landing"), LOADED_AT
        )
    except DataError as error:
        return Outcome(refused=str(error), wrong=tuple(_wrongly_refused(fault, error)))
    landed = prepared.landed
    assert landed is not None
    return Outcome(
        prepared.arrival.rows_in,
        landed.rows.num_rows,
        len(landed.refused),
        wrong=tuple(_wrongly_read(fault, prepared)),
    )


def _wrongly_refused(fault: Fault, error: DataError) -> list[str]:
    wrong, message = [], str(error)
    if fault.rejected is not None and (not fault.error or fault.error not in message):
        wrong.append(f"refused: {message}; expected: {fault.error or 'to be read'}")
    if fault.file not in message:
        wrong.append(f"the file is not named: {message}")
    if not error.hint and not re.search(r"\n    |; write `", message):  # several problems carry their own
        wrong.append(f"no next step: {message}")
    return wrong


def _wrongly_read(fault: Fault, prepared: Prepared) -> list[str]:
    assert prepared.landed is not None
    rows, refused, rows_in = prepared.landed.rows, prepared.landed.refused, prepared.arrival.rows_in
    wrong = [f"expected to be refused: {fault.error}"] if fault.error else []
    if rows_in != rows.num_rows + len(refused):
        wrong.append(f"{rows_in} rows in, {rows.num_rows} loaded, {len(refused)} rejected")
    said = {row.line: row.message for row in refused}
    if any(not row.reason or f"line {row.line}: " not in row.message for row in refused):
        wrong.append(f"a rejection without reason or line: {said}")
    # a changed heading is said: `not used: accxount_key`
    if fault.rejected is not None or not prepared.arrival.unused:
        wrong += _lost(fault, rows.to_pylist(), [row.raw for row in refused], " ".join(prepared.landed.warnings))
    if fault.rejected is None:
        return wrong
    if rows_in != fault.rows:
        wrong.append(f"{fault.rows} rows were written, {rows_in} counted")
    if said.keys() != fault.rejected.keys() or any(part not in said[line] for line, part in fault.rejected.items()):
        wrong.append(f"rejected {said}, expected {dict(fault.rejected)}")
    ordered = rows.sort_by("row_number")
    for column, values in fault.values.items():
        if (found := ordered[column].to_pylist()) != list(values):
            wrong.append(f"{column}: {found!r}, expected {list(values)!r}")
    if fault.note not in " ".join(prepared.landed.warnings):
        wrong.append(f"not said: {fault.note}; but {prepared.landed.warnings}")
    return wrong


def _lost(fault: Fault, loaded: list[dict[str, Any]], raws: list[str], warnings: str) -> list[str]:
    """Keys that the bytes still hold and that neither a loaded nor a rejected row shows."""
    written = Counter(KEY.findall(fault.data.replace(b"\0", b"").decode("utf-8", errors="replace")))
    texts = [str(value) for row in loaded for value in row.values() if isinstance(value, str)]
    found = Counter(KEY.findall("\n".join([*texts, *raws])))
    lost = sorted(key for key in written if key not in found)
    return [f"lost without a word: {', '.join(lost)}"] if lost and "are not read" not in warnings else []


def key(i: int) -> str:
    return f"key-{i:04}"


def delimited(
    rows: Sequence[Sequence[str]], heading: Sequence[str] = HEADING, delimiter: str = ",", line_end: str = "\n"
) -> bytes:
    """A well-formed file of text, as a CSV writer leaves it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows([heading, *rows])
    return text.getvalue().encode()


def column(name: str, values: Sequence[str]) -> bytes:
    """A file of keys and one column."""
    return delimited([[key(i), value] for i, value in enumerate(values, 1)], ("account_key", name))
