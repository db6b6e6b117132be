"""The audit of people, its sums over families, and what is drawn of repaired records, on engines besides DuckDB."""

from __future__ import annotations

import pytest
import tests.steps
from tests.engines.test_contradictions import Lent
from tests.stages.accounts import test_audit as audited
from tests.stages.accounts import test_repairs as repaired

from tierwise.engines.base import Engine


def test_repairs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests.steps, "DuckdbEngine", lambda: Lent(engine))
    repaired.test_of_two_accounts_that_are_one_the_customer_stays_and_learns_what_the_other_knew()


@pytest.mark.postgres
def test_people_and_families(postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark runs these steps with the whole flow."""
    monkeypatch.setattr(tests.steps, "DuckdbEngine", lambda: Lent(postgres_engine))
    audited.test_people_who_cannot_be_reached_placed_or_read()
