"""All faulty files, in one order, from one seed."""

from __future__ import annotations

from random import Random

from scripts.faults.encodings import encodings
from scripts.faults.fault import Fault
from scripts.faults.formats import formats
from scripts.faults.mutations import mutations
from scripts.faults.shapes import shapes
from scripts.faults.values import values

SEED = 20261122
# Row of the table -> what is promised. "Rejected" is a row with its line and reason, "refused" a file with its next step.
ROWS = {
    "mixed delimiters": "a row of another delimiter is rejected; two that fit equally well are asked about",
    "ragged rows": "a row with fewer or more values than the heading is rejected",
    "truncated quoted last line": "the record that is cut is rejected; a cut inside a letter refuses the file",
    "mixed line ends": "LF, CRLF and CR in one file are line ends alike",
    "duplicate headers": "a heading that occurs twice and is needed is asked about",
    "NUL inside a field": "removed, and said",
    "10 MB cell": "a cell above 1 MiB rejects its row",
    "empty or header-only": "refused, unless the model allows it",
    "encodings": "detected or declared, read exactly; where no guess is good it is asked for",
    "UTF-8 BOM": "no part of the text, wherever files were joined",
    "unicode names": "kept as they are, letter by letter",
    "domains": "one key per registrable domain; none for free mail, bare suffixes and what is no domain",
    "NaN and inf in amounts": "rejected: money is a number",
    "number formats": "read where the values decide or the model says so; else asked about",
    "odd dates": "read where there is such a day; else rejected",
    "1/2/2024 and 02-01-2024": "the declared order, or that of a value that decides; else asked about",
    "leading zeros and ids": "text, digit by digit",
    "type changes late in the file": "the row is rejected on its own line, the thousands above it stand",
    "workbooks": "every row of the sheet, or refused",
    "Excel serials": "days in workbooks only, from the workbook's own day 0",
    "bombs": "refused before they are unpacked",
    "hostile Parquet": "read row by row, or refused",
    "damaged Parquet": "read whole, or refused",
    "hostile JSON": "a line that is no object of readable values is rejected",
    "survey headers": "further heading rows are no respondents",
    "random mutation": "every record is loaded or rejected, or the file is refused",
}


def corpus(seed: int = SEED) -> list[Fault]:
    """Every fault of the 'Files' table; the same bytes from the same seed, workbooks' times of writing apart."""
    random = Random(seed)
    return [*shapes(random), *encodings(), *values(random), *formats(random), *mutations(random)]
