"""What becomes of faulty files: every row of the table of faults, with the files tried and their rows.

python -m scripts.faults            # prints the table; ends with 1 if one file is not read as it should be
python -m scripts.faults --write    # and writes docs/methods/faults.md
python -m scripts.faults --keep DIR # and leaves the files in a folder, to be looked at
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.faults.corpus import SEED, corpus
from scripts.faults.fault import Fault, outcome
from scripts.faults.page import PAGE, Tried, page


def tried(faults: list[Fault]) -> list[Tried]:
    """Every fault with what became of it."""
    with tempfile.TemporaryDirectory() as folder:
        return [(fault, outcome(fault, Path(folder))) for fault in faults]


def keep(faults: list[Fault], folder: Path) -> None:
    """Write each file below a folder of its row's name."""
    for number, fault in enumerate(faults, 1):
        place = folder / fault.row.replace("/", "-") / f"{number:03}-{fault.file}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(fault.data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write docs/methods/faults.md")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the files in a folder")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    faults = corpus(arguments.seed)
    if arguments.keep:
        keep(faults, arguments.keep)
    found = tried(faults)
    text = page(found)
    print(text, end="")
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")
    wrong = [f"{fault.row}, {fault.name}: {what}" for fault, result in found for what in result.wrong]
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
