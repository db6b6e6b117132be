"""`python -m scripts.reference` writes every page of docs/reference/; with `--check` it only says which are stale."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scripts.reference.pages import stale, write


def main(arguments: Sequence[str]) -> int:
    """Write the pages; with `--check`, 1 when some are stale."""
    if "--check" not in arguments:
        write()
        return 0
    wrong = stale()
    for name in wrong:
        print(f"docs/reference/{name} is stale: run `python -m scripts.reference`")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
