"""A market large enough that rates show, and one small enough to write."""

from __future__ import annotations

import pytest

from tierwise.simulate import Market, market


@pytest.fixture(scope="session")
def large() -> Market:
    return market(seed=11, accounts=30_000)


@pytest.fixture(scope="session")
def small() -> Market:
    return market(seed=5, accounts=1_200)
