"""Text files: which encoding, which delimiter; detected, checked against the whole file, and recorded."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

import numpy as np

from tierwise.connectors.content import Content, EmptyFileError
from tierwise.connectors.sources.files.records import exact_record, find_heading, read_records, scan_block
from tierwise.connectors.sources.files.shapes.shape import Shape
from tierwise.core.errors import DataError

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 20
MIN_CONFIDENCE = 0.9
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MIN_EVIDENCE = 20  # bytes beyond ASCII
WESTERN = frozenset(map(chr, {*range(0xC0, 0x100)} - {0xD7, 0xF7})) | frozenset(
    "ŠšŽžŒœŸ€’‘“”„–—…•™®©°§£¥«»¡¿ºª´·½²\u00a0"
)
CROWDED = re.compile(r"[^\x00-\x7f]{3,}")  # Western text scatters its letters and signs among plain ones
INNER_MARK = re.compile(rb"(?:\A|(?<=[\r\n]))(?:\xef\xbb\xbf)+")
NON_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")


def read_text(
    data: bytes, *, delimiter: str | None = None, encoding: str | None = None, shape: Shape | None = None
) -> Content:
    """A CSV or TSV as columns of text. Raises DataError where reading on would be guessing."""
    used, body, warnings = decode(data, encoding)
    if b"\0" in body:
        warnings = (*warnings, f"{body.count(0):,} NUL characters were removed")
        body = body.replace(b"\0", b"")
    body, marks = INNER_MARK.subn(b"", body)
    if marks:
        warnings = (*warnings, f"{marks:,} byte-order marks at the beginning of lines were removed: files were joined")
    if not body.strip():
        raise EmptyFileError
    sign = delimiter or detect_delimiter(body)
    content = read_records(body, sign, shape)
    return replace(content, encoding=used, delimiter=sign, warnings=content.warnings + warnings)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, bytes, tuple[str, ...]]:
    """The encoding's name, the text as UTF-8 without byte-order mark, and warnings."""
    mark = next(((bom, name) for bom, name in BYTE_ORDER_MARKS if data.startswith(bom)), None)
    if encoding is not None:
        return _decode_as(data, encoding, mark[0] if mark else b"")
    if mark:
        return _decode_as(data, mark[1], mark[0])
    if wide := _wide_encoding(data):
        return _decode_as(data, wide, b"")
    if is_utf8(data):
        return "utf-8", data, ()
    if _ends_inside_a_letter(data):
        raise DataError("the file ends inside a letter of UTF-8: it is cut off", "Export it again.")
    name = _detect(data)
    _, body, _ = _decode_as(data, name, b"")
    note = f"read as {name}: not valid UTF-8; declare `encoding:` if names look wrong"
    return name, body, (note,)


def is_utf8(data: bytes) -> bool:
    """Whether all of it is UTF-8, checked piece by piece: a decoded copy may take four times the space."""
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), SAMPLE):
            decoder.decode(data[start : start + SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _ends_inside_a_letter(data: bytes) -> bool:
    """Whether it is UTF-8 with letters beyond ASCII, all whole but the last."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and not data[: error.start].isascii()
    return False


def detect_delimiter(body: bytes) -> str:
    """The delimiter under which the most records have as many values as the heading, then the most values.

    A file of one column has none: a comma then does no harm. Raises DataError when two do equally well.
    """
    sample = body[:SAMPLE]
    scores = sorted((_score(sample, sign), sign) for sign in DELIMITERS)
    (best, width), sign = scores[-1]
    if scores[-2][0] == (best, width) and width > 1:
        raise DataError(
            f"both {scores[-2][1]!r} and {sign!r} could be the delimiter",
            "Declare `delimiter:` for this table.",
        )
    return sign if width > 1 else ","


def _score(sample: bytes, delimiter: str) -> tuple[float, int]:
    start, _, _ = find_heading(sample, delimiter.encode())
    heading, end, problem = exact_record(sample, start, delimiter.encode())
    if problem or len(heading) < 2:
        return (0.0, 1)
    scan = scan_block(np.frombuffer(sample, np.uint8)[end:], ord(delimiter), 2, final=len(sample) < SAMPLE)
    filled = scan.stops > scan.starts
    matching = filled & (scan.fields == len(heading))
    return (float(matching.sum() / max(int(filled.sum()), 1)), len(heading))


def _decode_as(data: bytes, encoding: str, mark: bytes) -> tuple[str, bytes, tuple[str, ...]]:
    try:
        name = codecs.lookup(encoding).name
        if name in ("utf-8", "utf-8-sig"):
            body = data.removeprefix(codecs.BOM_UTF8)
            if not is_utf8(body):
                data.decode("utf-8")
            return "utf-8-sig" if mark else "utf-8", body, ()
        return name, data.decode(name).removeprefix("\ufeff").encode("utf-8"), ()
    except LookupError as error:
        raise DataError(f"{encoding!r} is not an encoding", "For example utf-8, cp1252, latin-1, utf-16.") from error
    except UnicodeError as error:
        where = f" at byte {error.start:,}" if isinstance(error, UnicodeDecodeError) else ""
        raise DataError(
            f"the file is not valid {encoding}{where}",
            "Declare another `encoding:`, or export it again as UTF-8.",
        ) from error


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark shows as a zero in every second byte of Western text."""
    head = np.frombuffer(data[:4096], np.uint8)
    if len(head) < 4 or len(data) % 2:
        return ""
    odd, even = float((head[1::2] == 0).mean()), float((head[0::2] == 0).mean())
    if max(odd, even) < 0.4 or min(odd, even) > 0.1:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _detect(data: bytes) -> str:
    """A legacy encoding, from the lines that are not plain ASCII. Raises DataError when no guess is good.

    Windows-1252, which Excel writes, if the text then looks Western; a few letters are too little to tell other
    code pages apart, so those need more evidence.
    """
    lines = b"\n".join(match.group() for match, _ in zip(NON_ASCII_LINE.finditer(data), range(5000), strict=False))[
        :SAMPLE
    ]
    if _looks_western(lines) and _decodes(data, "cp1252"):
        return "cp1252"
    if len(lines.translate(None, bytes(range(128)))) >= MIN_EVIDENCE:
        from charset_normalizer import from_bytes

        best = from_bytes(lines, threshold=1 - MIN_CONFIDENCE, preemptive_behaviour=False).best()
        if best is not None and _decodes(data, best.encoding):
            return str(best.encoding)
    raise DataError(
        "the encoding of the file is not clear", "Declare `encoding:`, for example cp1252, cp1250 or shift_jis."
    )


def _looks_western(data: bytes) -> bool:
    """Whether, as Windows-1252, it has the letters and signs of Western languages, and those scattered."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    found = [sign for sign in text if not sign.isascii()]
    strange = sum(sign not in WESTERN for sign in found)
    crowded = sum(len(run) for run in CROWDED.findall(text))
    return strange + crowded <= (1 - MIN_CONFIDENCE) * len(found)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True
