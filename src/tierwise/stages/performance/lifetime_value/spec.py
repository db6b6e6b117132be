"""What the steps of lifetime value are told, and whom all of them leave out."""

from __future__ import annotations

from datetime import date
from typing import Literal

from tierwise.core.period import months_before
from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query


class LifetimeValueSpec(Spec):
    """What counts as margin, for how long, and when a customer is gone."""

    gross_margin: float = default(0.8, "share of revenue that is margin", unit="share", gt=0, le=1)
    cost_to_serve: float = default(
        0.0, "cost of serving one customer for a month", source="methods b.1", unit="model currency per month", ge=0
    )
    setting: Literal["auto", "contractual", "not_contractual"] = default(
        "auto",
        "whether leaving is seen (contractual) or a customer just buys no more; auto: contractual with subscriptions, not "
        "with invoices alone",
        source="methods b.3",
    )
    horizon_months: int = default(60, "value is counted for this long", unit="months", ge=1, le=240)
    min_at_risk: int = default(
        10, "the horizon ends where fewer customers than this are observed", unit="accounts", ge=1
    )
    discount: float = default(0.10, "discount per year", source="Fader and Hardie 2007", unit="share", ge=0, lt=1)
    gone_after_months: int = default(
        1, "months without a subscription after which a customer is gone for good", source="methods b.1",
        unit="months", ge=1, le=24,
    )  # fmt: skip
    gone_after_months_billed: int = default(
        6, "the same where revenue is read from invoices", unit="months", ge=1, le=24
    )
    records_from: date | None = default(
        None,
        "first day of complete revenue records; customers who were there before enter at the age they then have, or, "
        "where revenue is read from invoices, are left out because their age is not known",
        source="methods b.1 (left truncation)",
    )
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)
    contract_months: int | None = default(
        None,
        "months that a contract runs; null: what the interval of the subscriptions says",
        unit="months",
        ge=1,
        le=120,
    )
    min_accounts: int = default(
        30, "customers from which a model looks beyond the records or stands for unseen leaving", unit="accounts", ge=10
    )
    min_again: int = default(
        10, "customers who came back, from which repeated purchases have a model", unit="accounts", ge=2
    )
    most_correlation: float = default(
        0.3, "correlation of how often and how much, beyond which value without a contract is doubtful",
        source="methods b.3 (CDNOW: .11)", unit="correlation", gt=0, le=1,
    )  # fmt: skip


def unknown_age(spec: LifetimeValueSpec) -> Query:
    """Invoiced customers of the first months of the records: they may be older than their first invoice."""
    return query(
        """
        select r.account_id
        from revenue_months r
        cross join (select min(month) as first_month from revenue_months where revenue > 0) as e
        where r.revenue > 0 and r.basis = 'invoices'
        group by r.account_id
        having min(months_between(greatest(e.first_month, :records_from), r.month)) < :gap
        """,
        records_from=first_full_month(spec),
        gap=spec.gone_after_months_billed,
    )


def first_full_month(spec: LifetimeValueSpec) -> date:
    """The first month that the records hold in full."""
    start = spec.records_from or date(1900, 1, 1)
    return start if start.day == 1 else months_before(start, -1)
