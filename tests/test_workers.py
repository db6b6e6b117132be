"""The heaviest files come first, those that need servers go to one worker, and no folder is named that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import workers
from tests.workers import HEAVY, TOGETHER, Together, rank


def test_folders_are_there() -> None:
    root = Path(workers.__file__).parents[1]
    assert (root / TOGETHER).is_dir()
    assert all((root / "tests" / name).is_dir() for name in HEAVY)


def test_the_heaviest_come_first() -> None:
    ids = ["tests/test_project.py::test_a", "tests/stats/test_b.py::test_b", "tests/docs/c/test_c.py::test_c[x/y]",
           "tests/engines/test_d.py::test_d"]  # fmt: skip
    assert sorted(ids, key=rank) == [ids[3], ids[2], ids[0], ids[1]]


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("tests/engines/test_flow.py::test_the_demo_on_spark", TOGETHER),
        ("tests/engines/test_conformance.py::test_scalar[spark-x::y]", TOGETHER),
        ("tests/stats/test_rates.py::TestRates::test_a", "tests/stats/test_rates.py"),
    ],
)
def test_who_shares_a_worker(nodeid: str, scope: str) -> None:
    assert Together._split_scope(Together.__new__(Together), nodeid) == scope
