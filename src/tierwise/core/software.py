"""Which software computes: what is kept from an earlier run holds only for the same."""

from __future__ import annotations

import time
from functools import cache
from importlib import metadata
from pathlib import Path

from tierwise.core.ids import digest, file_digest

LOADED = time.time()
HOME = Path(__file__).parents[1]
# What computes besides our own code.
COMPUTING = ("duckdb", "sqlglot", "pyarrow", "numpy", "scipy")


@cache
def software() -> str:
    """A hash of what computes: our own code, and the versions of the libraries that it computes with."""
    own = [(str(path.relative_to(HOME)), file_digest(path)) for path in sorted(HOME.rglob("*.py"))]
    return digest([own, [(name, metadata.version(name)) for name in COMPUTING]])


def changed() -> bool:
    """Whether our own code was written after it was loaded (an upgrade, an editor): its hash is then not that of what runs."""
    return any(path.stat().st_ctime >= LOADED for path in HOME.rglob("*.py"))
