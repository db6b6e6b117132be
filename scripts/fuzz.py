"""Random bytes as text files, led by coverage: every record is loaded or rejected, or the file is refused.

    make fuzz [ARGS="--seconds 600 --folder DIR"]

Begins with the text files of `scripts.faults` and changes them wherever that reaches new lines of the reader. Three rules: rows
in = rows loaded + rows rejected, each on a line of its own; a file read in pieces of 64 bytes is the file read whole; where no
quote is near, as many rows as lines hold anything. The file that breaks one is left in the folder, and the command fails.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tierwise.connectors"]):
    from tierwise.connectors.content import Content
    from tierwise.connectors.sources.files import records, text
    from tierwise.core.errors import DataError

from scripts.faults.corpus import SEED, corpus

LINE_END = re.compile(rb"\r\n|\n|\r")
PIECE = 64
LONGEST = 4096


def check(data: bytes) -> None:
    """Read a file as text and hold the reader to its rules."""
    try:
        whole = text.read_text(data)
    except DataError:
        return
    accounted(whole, data)
    sign = whole.delimiter.encode()
    _, body, _ = text.decode(data)
    body = text.INNER_MARK.sub(b"", body.replace(b"\0", b""))
    if b'"' not in body:
        start, _, _ = records.find_heading(body, sign)
        assert whole.rows_in == sum(1 for line in LINE_END.split(body[start:]) if line) - 1
    piece, records.BLOCK = records.BLOCK, PIECE
    try:
        pieces = records.read_records(body, whole.delimiter)
    finally:
        records.BLOCK = piece
    assert pieces.table.equals(whole.table)
    assert pieces.lines.tolist() == whole.lines.tolist()
    assert [(row.line, row.reason, row.raw) for row in pieces.refused] == [
        (row.line, row.reason, row.raw) for row in whole.refused
    ]


def accounted(content: Content, data: bytes) -> None:
    """The books balance, and no two rows stand on one line."""
    assert content.rows_in == content.table.num_rows + len(content.refused)
    lines = [*content.lines.tolist(), *(row.line for row in content.refused)]
    assert len(set(lines)) == len(lines)
    assert all(1 < line <= data.count(b"\n") + data.count(b"\r") + 1 for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="files that reached new lines, to go on from another time")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="tierwise-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    for number, fault in enumerate(corpus(SEED)):
        if Path(fault.file).suffix in (".csv", ".tsv", ".txt") and len(fault.data) <= LONGEST:
            (folder / f"fault-{number}").write_bytes(fault.data)
    limits = [f"-max_total_time={asked.seconds}", f"-max_len={LONGEST}", f"-artifact_prefix={folder}/broken-"]
    atheris.Setup([sys.argv[0], *limits, "-print_final_stats=1", str(folder)], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
