"""One file, whatever its format: its bytes, their hash, and its content."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierwise.connectors.content import Content, EmptyFileError
from tierwise.connectors.sources.files.addresses.mmdb import SUFFIX as MMDB
from tierwise.connectors.sources.files.addresses.mmdb import read_mmdb
from tierwise.connectors.sources.files.columnar import read_json_lines, read_parquet
from tierwise.connectors.sources.files.shapes.known import SHAPES
from tierwise.connectors.sources.files.shapes.shape import Shape
from tierwise.connectors.sources.files.spec import FilesSource, FileTable
from tierwise.connectors.sources.files.text import decode, read_text
from tierwise.connectors.sources.files.workbook import read_workbook, sheets
from tierwise.core.errors import DataError, NotFound, near_miss

MAX_GUNZIPPED = 1 << 34
MAX_RATIO = 1000
TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab")
JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
WORKBOOKS = (".xlsx", ".xlsm")
SUFFIXES = (*TEXT_SUFFIXES, *JSON_SUFFIXES, *WORKBOOKS, ".parquet")


@dataclass(frozen=True)
class FileBytes:
    """A file as it was at one moment, packed or not: everything later is computed from these bytes."""

    path: Path
    data: bytes
    sha256: str

    @property
    def packed(self) -> bool:
        return self.path.suffix.lower() == ".gz"

    @property
    def suffix(self) -> str:
        name = self.path.name.lower().removesuffix(".gz")
        return Path(name).suffix


def find_files(source: FilesSource, table: FileTable, base: Path) -> list[Path]:
    """The files of a table, by name. Raises NotFound, with the near miss, when there is none."""
    folder = base / source.path
    if not folder.is_dir():
        raise NotFound(
            f"there is no folder {folder}",
            f"It is the `path` of a source; {_near_folder(folder)}".rstrip("; "),
        )
    if table.is_glob:
        try:
            found = sorted(path for path in folder.glob(table.file) if path.is_file())
        except (ValueError, NotImplementedError) as error:
            raise DataError(f"{table.file!r} is no pattern: {error}", "write it below the source's path") from error
        if not found:
            raise NotFound(f"no file in {folder} is called {table.file}", _listing(table.file, folder))
        return found
    path = folder / table.file
    if not path.is_file():
        raise NotFound(f"there is no file {path}", _listing(table.file, folder))
    return [path]


def load_bytes(path: Path) -> FileBytes:
    """Read a file whole, once: what is hashed is what is loaded. Raises DataError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error
    return FileBytes(path, data, hashlib.sha256(data).hexdigest())


def read_content(file: FileBytes, table: FileTable) -> Content:
    """The content of a file, by its suffix and the shape declared for it. Raises DataError."""
    shape = SHAPES[table.shape] if table.shape else None
    content = _read(file, table, shape)
    return shape.arrange(content, file.path.name) if shape else content


def _read(file: FileBytes, table: FileTable, shape: Shape | None) -> Content:
    suffix = file.suffix
    data = unpack(file.data) if file.packed else file.data
    if not data:
        raise EmptyFileError
    if suffix in TEXT_SUFFIXES:
        delimiter = table.delimiter or ("\t" if suffix in (".tsv", ".tab") else None)
        return read_text(data, delimiter=delimiter, encoding=table.encoding, shape=shape)
    if suffix in JSON_SUFFIXES:
        return read_json_lines(data, encoding=table.encoding, shape=shape)
    if suffix in WORKBOOKS:
        return read_workbook(data, sheet=table.sheet, shape=shape)
    if suffix == ".parquet":
        return read_parquet(data)
    if suffix == MMDB:
        return read_mmdb(data, tuple(table.columns.values()))
    known = ", ".join((*SUFFIXES, MMDB))
    raise DataError(f"{suffix or 'no suffix'}: this kind of file cannot be read", f"Known are {known}.")


def sheet_names(file: FileBytes) -> list[str]:
    """The sheets of a workbook that hold anything; none of another file. Raises DataError."""
    return sheets(file.data) if file.suffix in WORKBOOKS and not file.packed else []


def first_object(file: FileBytes) -> dict[str, Any]:
    """The first object of a JSON file, which may be printed over several lines; nothing for other files. Raises DataError."""
    if file.suffix not in JSON_SUFFIXES:
        return {}
    _, body, _ = decode(unpack(file.data) if file.packed else file.data)
    try:
        first, _ = json.JSONDecoder().raw_decode(body.decode().lstrip())
    except (ValueError, RecursionError):
        return {}
    return first if isinstance(first, dict) else {}


def unpack(data: bytes) -> bytes:
    """Gunzip, within limits. Raises DataError for a damaged or cut file, or one that grows without bound."""
    limit = min(MAX_GUNZIPPED, max(MAX_RATIO * len(data), 1 << 24))
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            content = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"the gz file is damaged or cut off ({error})", "Export it again.") from error
    if len(content) > limit:
        raise DataError(
            f"the gz file unpacks to more than {limit / 1e6:,.0f} MB: refused as unsafe", "Unpack it first."
        )
    return content


def _names(folder: Path) -> Iterator[str]:
    return (path.name for path in sorted(folder.iterdir()) if path.is_file())


def _listing(wanted: str, folder: Path) -> str:
    names = list(_names(folder))
    return near_miss(wanted, names) or f"The folder holds: {', '.join(names[:12]) or 'nothing'}"


def _near_folder(folder: Path) -> str:
    if not folder.parent.is_dir():
        return ""
    return near_miss(folder.name, (path.name for path in folder.parent.iterdir() if path.is_dir()))
