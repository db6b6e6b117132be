"""A real DuckDB with the performance steps run on it, in the order of the flow, from rows given by a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from tierwise.core.spec import Spec
from tierwise.engines.base import Engine
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.sql.query import Query, compiled, query
from tierwise.stages.performance import (
    acquisition,
    cohorts,
    lifetime_value,
    retention,
    revenue,
    slices,
    verdicts,
    win_rate,
)
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

CURVE = ("value_months", "renewal_models", "repeat_models")
# table: the step, the section that it is given, and the tables that an in-memory step reads
STEPS: dict[str, tuple[Callable[..., Any], str, tuple[str, ...]]] = {
    "rates": (revenue.rates, "revenue", ()),
    "revenue_months": (revenue.revenue_months, "revenue", ()),
    "revenue_excluded": (revenue.revenue_excluded, "revenue", ()),
    "slices": (slices.slices, "slices", ()),
    "slices_at_start": (slices.slices_at_start, "slices", ()),
    "retention_cohort": (retention.retention_cohort, "retention", ()),
    "retention_sums": (retention.retention_sums, "retention", ()),
    "retention_bands": (retention.retention_bands, "retention", ()),
    "retention_movements": (retention.retention_movements, "retention", ()),
    "retention_excluded": (retention.retention_excluded, "retention", ()),
    "retention": (retention.retention, "retention", ("retention_sums", "retention_bands")),
    "cohort_levels": (cohorts.cohort_levels, "cohorts", ()),
    "cohort_sums": (cohorts.cohort_sums, "cohorts", ()),
    "cohorts": (cohorts.cohorts, "cohorts", ("cohort_sums",)),
    "tenure_months": (lifetime_value.tenure_months, "lifetime_value", ()),
    "lifetime_value_excluded": (lifetime_value.lifetime_value_excluded, "lifetime_value", ()),
    "value_months": (lifetime_value.value_months, "lifetime_value", ()),
    "value_weights": (lifetime_value.value_weights, "lifetime_value", ("value_months",)),
    "value_spread": (lifetime_value.value_spread, "lifetime_value", ()),
    "renewals": (lifetime_value.renewals, "lifetime_value", ()),
    "renewal_models": (lifetime_value.renewal_models, "lifetime_value", ("renewals",)),
    "repeat_purchases": (lifetime_value.repeat_purchases, "lifetime_value", ()),
    "repeat_spend": (lifetime_value.repeat_spend, "lifetime_value", ()),
    "repeat_models": (lifetime_value.repeat_models, "lifetime_value", ("repeat_purchases", "repeat_spend")),
    "value_curve": (lifetime_value.value_curve, "lifetime_value", CURVE),
    "lifetime_value": (lifetime_value.lifetime_value, "lifetime_value", ("value_curve", "value_spread", *CURVE)),
    "win_deals": (win_rate.win_deals, "win_rate", ()),
    "win_rate_excluded": (win_rate.win_rate_excluded, "win_rate", ()),
    "win_days": (win_rate.win_days, "win_rate", ()),
    "win_weights": (win_rate.win_weights, "win_rate", ("win_days",)),
    "win_spread": (win_rate.win_spread, "win_rate", ()),
    "win_rates": (win_rate.win_rates, "win_rate", ("win_days", "win_spread")),
    "acquired": (acquisition.acquired, "acquisition", ()),
    "acquisition_spread": (acquisition.acquisition_spread, "acquisition", ()),
    "acquisition_costs": (acquisition.acquisition_costs, "acquisition", ()),
    "acquisition": (
        acquisition.acquisition,
        "acquisition",
        ("acquisition_costs", "acquisition_spread", "lifetime_value", "value_curve"),
    ),
    "pace": (verdicts.pace, "verdicts", ()),
    "verdicts": (
        verdicts.verdicts,
        "verdicts",
        ("spec_segments", "retention", "lifetime_value", "win_rates", "acquisition", "pace"),
    ),
    "equal_win_rates": (verdicts.equal_win_rates, "verdicts", ("verdicts", "lifetime_value", "win_rates")),
}
GIVEN = (
    "accounts", "accounts_at_start", "segment_members", "members_at_start", "subscriptions", "invoices",
    "opportunities", "landing_exchange_rates", "landing_costs", "landing_stage_history", "spec_rates",
    "spec_segments", "spec_sources",
)  # fmt: skip


class Company:
    """One company's records on an engine; `run` computes the performance tables as of a day."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.tables, self.steps = engine, dictionary(), tuple(STEPS)
        self.specs: dict[str, Spec] = {
            "slices": slices.SlicesSpec(dimensions=("industry",)),
            "revenue": revenue.RevenueSpec(currency="USD"),
            "retention": retention.RetentionSpec(),
            "cohorts": cohorts.CohortsSpec(),
            "lifetime_value": lifetime_value.LifetimeValueSpec(),
            "win_rate": win_rate.WinRateSpec(),
            "acquisition": acquisition.AcquisitionSpec(),
            "verdicts": verdicts.VerdictsSpec(),
        }
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in GIVEN}

    def give(self, **tables: Iterable[Mapping[str, Any]]) -> Company:
        """Add rows to the tables that come from earlier stages."""
        for name, rows in tables.items():
            self.rows[name].extend(dict(row) for row in rows)
        return self

    def accounts(self, *rows: Mapping[str, Any]) -> Company:
        """Accounts with their segments, the same today as at the start of the period."""
        for row in rows:
            account = {"account_id": row["id"], "ultimate_parent_id": row.get("parent", row["id"])}
            account |= {k: v for k, v in row.items() if k not in ("id", "parent", "segment")}
            self.give(accounts=[account], accounts_at_start=[account])
            if segment := row.get("segment"):
                member = {"account_id": row["id"], "segment": segment, "priority": 1}
                self.give(segment_members=[member], members_at_start=[member])
        return self

    def run(self, as_of: date, upto: str = "equal_win_rates", **specs: Spec) -> Company:
        chosen = {**self.specs, **specs}
        for name, rows in self.rows.items():
            self.engine.register(name, filled(self.tables[name], rows), self.tables[name].types)
        if not self.rows["spec_segments"]:
            names = sorted({row["segment"] for row in self.rows["segment_members"]})
            listed = [{"segment": s, "priority": i} for i, s in enumerate(names, 1)]
            self.engine.register("spec_segments", filled(self.tables["spec_segments"], listed))
        self.engine.register("calendar", filled(self.tables["calendar"], months(as_of)))
        for name, (make, section, reads) in STEPS.items():
            given = {table: self.fetch(table) for table in reads}
            made = make(chosen[section], as_of, **given)
            if isinstance(made, Query):
                self.engine.materialize(name, compiled(made, self.tables, self.engine.dialect, self.tables[name]))
            else:
                self.engine.register(name, made, self.tables[name].types)
            if name == upto:
                break
        return self

    def fetch(self, name: str) -> Any:
        return self.engine.fetch(
            compiled(query("select * from made").reading(made=name), self.tables, self.engine.dialect)
        )

    def on(self, engine: Engine) -> Company:
        """The same records on another engine."""
        other = Company(engine)
        other.rows = self.rows
        return other

    def read(self, table: str, /, **where: Any) -> list[dict[str, Any]]:
        rows = self.fetch(table).to_pylist()
        return [row for row in rows if all(row[key] == value for key, value in where.items())]

    def one(self, table: str, /, **where: Any) -> dict[str, Any]:
        (row,) = self.read(table, **where)
        return row


def months(as_of: date) -> list[dict[str, date]]:
    """The calendar up to as_of."""
    firsts = [date(year, month, 1) for year in range(2015, as_of.year + 1) for month in range(1, 13)]
    following = [*firsts[1:], date(as_of.year + 1, 1, 1)]
    return [{"month": m, "next_month": n} for m, n in zip(firsts, following, strict=True) if m <= as_of]


@pytest.fixture
def company():
    engine = DuckdbEngine()
    yield Company(engine)
    engine.close()
