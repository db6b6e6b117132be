"""A workbook unpacks to what it says, and no more; errors in its cells are counted."""

from __future__ import annotations

import io
import struct
import zipfile
from random import Random

import pytest

from tierwise.connectors.sources.files.archive import PIECE, check_archive
from tierwise.core.errors import DataError

WORKBOOK, SHEET = "xl/workbook.xml", "xl/worksheets/sheet1.xml"
SIZE_IN_DIRECTORY = 24


def packed(sheet: bytes, kind: int = zipfile.ZIP_DEFLATED, properties: bytes = b"<workbook/>") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        archive.writestr(SHEET, sheet)
        archive.writestr(WORKBOOK, properties)
    return stream.getvalue()


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_errors_are_counted_across_the_border_of_two_pieces(kind: int) -> None:
    cell = b'<c t="e"/>'
    noise = Random(1).randbytes(PIECE)  # packs to no less
    for before in range(PIECE - len(cell), PIECE + 1):
        assert check_archive(packed(noise[:before] + cell, kind)).errors == 1


def test_the_day_of_the_first_serial() -> None:
    assert check_archive(packed(b"")).epoch == "1899-12-30"
    assert check_archive(packed(b"", properties=b'<workbookPr date1904="1"/>')).epoch == "1904-01-01"


@pytest.mark.parametrize("size", [0, 99, 101, 5_000])
def test_a_size_that_is_no_truth_is_refused(size: int) -> None:
    data = bytearray(packed(bytes(range(100))))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + SIZE_IN_DIRECTORY, size)
    with pytest.raises(DataError, match="does not unpack to the size it declares"):
        check_archive(bytes(data))


def test_other_ways_to_pack_are_no_workbook() -> None:
    with pytest.raises(DataError, match="not an xlsx workbook"):
        check_archive(packed(b"x" * 100, zipfile.ZIP_LZMA))
