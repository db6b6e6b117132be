"""What a workbook unpacks to, found out before anything opens it: sizes that are true, and cells that hold an error."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tierwise.core.errors import DataError

MAX_UNPACKED = 500_000_000
MAX_RATIO = 100
EPOCH_1900, EPOCH_1904 = (
    "1899-12-30",
    "1904-01-01",
)  # 1900 is no leap year, but Excel counts one: hence the 30th
PIECE = 1 << 20
LOCAL_HEADER = 30
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
ERROR_CELL = b' t="e"'


@dataclass(frozen=True)
class Archive:
    """`epoch`: day 0 of the workbook's date serials. `errors`: cells of any sheet that hold an error such as #REF!."""

    epoch: str
    errors: int


def check_archive(data: bytes) -> Archive:
    """Unpack a workbook piece by piece and keep nothing. Raises DataError for what is none or unpacks to too much.

    The sizes that an archive declares may be lies, and who unpacks it would find out too late: each entry must
    unpack to exactly what it says.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries)
            if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
                raise DataError(
                    f"the workbook unpacks from {packed / 1e6:,.1f} to {unpacked / 1e6:,.0f} MB: refused as unsafe",
                    "Export the sheet as CSV.",
                )
            errors = sum(_errors(data, entry) for entry in entries)
            with archive.open("xl/workbook.xml") as stream:
                properties = stream.read(PIECE)
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        struct.error,
        zlib.error,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise DataError(
            "this is not an xlsx workbook, or it is damaged or cut off", "Export it again, as .xlsx or CSV."
        ) from error
    flag = re.search(rb"""date1904\s*=\s*["'](1|true)["']""", properties)
    return Archive(EPOCH_1904 if flag else EPOCH_1900, errors)


def _errors(data: bytes, entry: zipfile.ZipInfo) -> int:
    """Cells of an entry that hold an error. Raises DataError when it unpacks to another size than it says."""
    size, count, tail = 0, 0, b""
    is_sheet = SHEET.fullmatch(entry.filename) is not None
    for piece in _pieces(data, entry):
        size += len(piece)
        if size > entry.file_size:
            break
        if is_sheet:
            count += (tail + piece).count(ERROR_CELL)
            tail = piece[-len(ERROR_CELL) + 1 :]
    if size != entry.file_size:
        raise DataError(
            f"{entry.filename} in the workbook does not unpack to the size it declares: refused as unsafe",
            "Save it again as .xlsx or CSV.",
        )
    return count


def _pieces(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of an entry, at most a mebibyte at a time. Raises BadZipFile and zlib.error."""
    name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
    start = entry.header_offset + LOCAL_HEADER + name + extra
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(f"{entry.filename} is packed in a way that workbooks are not")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed and not inflate.eof:
        yield inflate.decompress(packed, PIECE)
        packed = inflate.unconsumed_tail
    yield inflate.flush()
