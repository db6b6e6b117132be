"""A table is a cache: taken from the run before or computed, its rows are the same, and what changed is computed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.companies import write_csv
from tests.invariants.markets import DAY, differences, market, opened, published_tables

from tierwise import project as tierwise
from tierwise.project import Project

# Tables that stand on events and nothing of the scorecard.
OF_EVENTS = {"signal_days", "signal_totals", "signal_people", "intent_reasons", "intent", "movement", "revenue_months"}


def with_weights(project: Project) -> date:
    """Another weight of one criterion."""
    path = project.folder / "tierwise.yaml"
    text = json.loads(path.read_text())
    weights = {"strategic_fit": 0.30, "revenue_potential": 0.30}
    criteria = {name: {**c.model_dump(mode="json"), "weight": weights.get(name, c.weight)}
                for name, c in project.model.fit.criteria.items()}  # fmt: skip
    path.write_text(json.dumps({**text, "fit": {"criteria": criteria}}), encoding="utf-8")
    return DAY


def with_records(project: Project) -> date:
    """One more touch."""
    rows = market(1)["crm"]["activities"]
    write_csv(project.folder / "crm" / "activities.csv", [*rows, {**rows[0], "activity_key": "new", "owner": "Nobody"}])
    project.ingest(datetime(2024, 7, 1, tzinfo=UTC))
    return DAY


def with_a_finding(project: Project) -> date:
    """One answer that nobody had before."""
    who = project.read("accounts", limit=1).to_pylist()[0]["account_id"]
    finding = {"account": who, "respondent": "Zoe", "role": "owner", "dimension": "timing", "answer": "no",
               "observed_at": "2024-06-20"}  # fmt: skip
    tierwise.record(project, "evidence", finding, "Bo", datetime(2024, 6, 25, tzinfo=UTC))
    return DAY


def later(project: Project) -> date:
    """Nothing but a week."""
    return DAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("change", "as_before", "computed"),
    [
        (with_weights, OF_EVENTS, {"fit_reasons", "fit", "tiers"}),
        (with_records, {"intent", "revenue_months"}, {"activities"}),
        (with_a_finding, {"intent", "signal_totals", "revenue_months"}, {"evidence", "readiness", "movement"}),
        (later, set(), {"intent", "movement"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_taken_from_the_run_before_is_what_would_be_computed(
    tmp_path: Path, change: Callable[[Project], date], as_before: set[str], computed: set[str]
) -> None:
    project = opened(tmp_path / "acme", market(1))
    tierwise.run(project, DAY)
    as_of = change(project)
    project.close()
    changed = Project.open(project.folder)
    with changed.plan(as_of) as plan:
        assert not as_before & set(plan.computed)
        assert computed <= set(plan.computed)
    reused: dict[str, Any] = published_tables(changed, as_of, anew=False)
    assert differences(reused, published_tables(changed, as_of)) == {}
    changed.close()


def test_the_same_again_computes_nothing(tmp_path: Path) -> None:
    project = opened(tmp_path / "acme", market(2))
    tierwise.run(project, DAY)
    tierwise.run(project, DAY, force=True)
    with project.plan(DAY) as plan:
        assert plan.computed == ()
    project.close()
