"""Which worker runs what: files that share what is dear to make together, the heaviest first.

pytest-xdist hands out whole files, those with most tests first. The heaviest have few, and would leave one worker busy alone
at the end; and two workers would each start a Spark, a Spark Connect server and a PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadFileScheduling

# Folders whose tests run whole companies or start servers, the heaviest first; all others are light.
HEAVY = ("engines", "invariants", "pipeline", "interfaces", "examples", "faults", "docs")
TOGETHER = "tests/engines/"


class Together(LoadFileScheduling):
    """Whole files to each worker, and to one of them all files that need a server."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else str(super()._split_scope(nodeid))


def heaviest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests in the order in which workers should get them; within a folder as they are."""
    return sorted(items, key=lambda item: rank(item.nodeid))


def rank(nodeid: str) -> int:
    folder = nodeid.split("/")[1]
    return HEAVY.index(folder) if folder in HEAVY else len(HEAVY)
