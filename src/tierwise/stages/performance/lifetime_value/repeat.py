"""Where nobody says that he leaves: how often do customers come back, and what do they spend each time?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tierwise.core.period import last_complete_month
from tierwise.sql.query import Query, query
from tierwise.stages.performance.lifetime_value.spec import LifetimeValueSpec, first_full_month, unknown_age
from tierwise.stats.value.repeat import BgNbd, Purchases, Spending, bg_nbd, gamma_gamma
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.performance import lifetime_value as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[np.float64]
SLICE = ("dimension", "name")
BANDS = 20.0  # bands of mean spend per unit of its logarithm: five per cent wide


def repeat_purchases(spec: LifetimeValueSpec, as_of: date) -> Query:
    """Customers by how often they came back, when last, and for how long they were watched, in months.

    One row per dimension, name and combination: its size depends on the months on record, not on customers. A
    purchase is a month with revenue.
    """
    return query(
        """
        select x.dimension, x.name, b.again, b.last, b.watched, count(*) as customers
        from buyers b
        join slices x on x.account_id = b.account_id
        group by x.dimension, x.name, b.again, b.last, b.watched
        """
    ).with_table("buyers", _buyers(spec, as_of))


def repeat_spend(spec: LifetimeValueSpec, as_of: date) -> Query:
    """Customers who came back, by how often and by mean spend. One row per dimension, name, number and band of spend."""
    return query(
        """
        select x.dimension, x.name, b.again, cast(floor(ln(b.spend) * :bands) as bigint) as band,
               count(*) as customers, sum(points(b.spend)) as spend, sum(points(ln(b.spend))) as log_spend
        from buyers b
        join slices x on x.account_id = b.account_id
        where b.again > 0 and b.spend > 0
        group by x.dimension, x.name, b.again, cast(floor(ln(b.spend) * :bands) as bigint)
        """,
        bands=BANDS,
    ).with_table("buyers", _buyers(spec, as_of))


def repeat_models(spec: LifetimeValueSpec, as_of: date, repeat_purchases: pa.Table, repeat_spend: pa.Table) -> pa.Table:
    """BG/NBD and Gamma-Gamma of each slice with enough customers who came back. One row per dimension and name."""
    spending = dict(groups(repeat_spend, SLICE))
    rows: list[dict[str, Any]] = []
    for key, cells in groups(repeat_purchases, SLICE):
        found = Purchases(*_columns(cells, ("again", "last", "watched", "customers")))
        back = float(found.count[found.again > 0].sum())
        if found.customers < spec.min_accounts or back < spec.min_again or key not in spending:
            continue
        row = _model(spec, found, spending[key])
        if row is not None:
            rows.append({"dimension": key[0], "name": key[1], "customers": found.customers, "came_back": back, **row})
    return filled(dictionary.REPEAT_MODELS, rows)


def repeat_margins(spec: LifetimeValueSpec, model: Mapping[str, Any], first: int, end: int) -> Array:
    """Expected margin of a new customer in each month from `first` up to `end`, of purchases after the first one."""
    bought = BgNbd(model["r"], model["alpha"], model["a"], model["b"]).bought(np.arange(first - 1, end))
    each = model["mean_spend"] * spec.gross_margin - spec.cost_to_serve
    return np.asarray(np.diff(bought) * each)


def _model(spec: LifetimeValueSpec, found: Purchases, spent: pa.Table) -> dict[str, Any] | None:
    """The parameters of one slice, and what they say of the months beyond the records."""
    model = bg_nbd(found)
    spending = Spending(*_columns(spent, ("again", "band", "customers", "spend", "log_spend"), without="band"))
    spend = gamma_gamma(spending)
    months = _supported(spec, found)
    if (
        model is None
        or model.fitted is None
        or spend is None
        or spend.fitted is None
        or spend.mean is None
        or not months
    ):
        return None

    def log_beyond(logs: Array) -> float:
        """Logarithm of the expected discounted purchases after the supported months, up to the horizon."""
        bought = np.diff(BgNbd.of(logs).bought(np.arange(months - 1, spec.horizon_months)))
        expected = float(bought @ (1.0 + spec.discount) ** (-np.arange(months, spec.horizon_months) / 12.0))
        return log(expected) if expected > 1e-12 else log(1e-12)

    def log_mean(logs: Array) -> float:
        p, q, gamma = (float(x) for x in np.exp(logs))
        return log(p * gamma / max(q - 1.0, 1e-9))

    errors = model.fitted.standard_error(log_beyond), spend.fitted.standard_error(log_mean)
    return {
        "r": model.r, "alpha": model.alpha, "a": model.a, "b": model.b, "leaves": model.a / (model.a + model.b),
        "p": spend.p, "q": spend.q, "gamma": spend.gamma, "mean_spend": spend.mean,
        "mean_spend_se": spend.mean * errors[1], "beyond_error": (errors[0] ** 2 + errors[1] ** 2) ** 0.5,
        "active_customers": float(found.count @ model.alive(found.again, found.last, found.watched)),
        "correlation": _correlation(spending),
    }  # fmt: skip


def _columns(cells: pa.Table, names: Sequence[str], without: str = "") -> list[Array]:
    """Columns in the order of their values: a search for the best parameters takes the same steps in every run."""
    columns = {name: numbers(cells, name) for name in names}
    order = np.lexsort(list(columns.values())[::-1])
    return [column[order] for name, column in columns.items() if name != without]


def _supported(spec: LifetimeValueSpec, found: Purchases) -> int:
    """How many months from the first on enough customers were watched for."""
    watched = [found.count[found.watched >= month].sum() for month in range(spec.horizon_months)]
    return int((np.array(watched) >= spec.min_at_risk).sum())


def _correlation(found: Spending) -> float | None:
    """Correlation of how often a customer comes back and what it spends each time; None without variation."""
    n, spend = found.count, found.spend / found.count
    x, m = found.again - n @ found.again / n.sum(), spend - n @ spend / n.sum()
    spread = float((n @ x**2) * (n @ m**2)) ** 0.5
    return float(n @ (x * m)) / spread if spread > 0 else None


def _buyers(spec: LifetimeValueSpec, as_of: date) -> Query:
    """Each customer whose first purchase is on record: how often it came back, and what it spent."""
    return query(
        """
        select account_id, again, last, watched, case when again > 0 then (revenue - first_revenue) / again end as spend
        from (
            select r.account_id, count_if(r.revenue > 0) - 1 as again,
                   months_between(f.first_month, max(case when r.revenue > 0 then r.month end)) as last,
                   months_between(f.first_month, :last) as watched,
                   cast(sum(points(r.revenue)) as double) as revenue,
                   cast(sum(points(case when r.month = f.first_month then r.revenue else 0 end)) as double) as first_revenue
            from revenue_months r
            join (
                select account_id, min(month) as first_month from revenue_months where revenue > 0 group by account_id
            ) as f on f.account_id = r.account_id and r.month >= f.first_month
            left join unknown_age u on u.account_id = r.account_id
            where u.account_id is null and f.first_month >= :records_from
              and (:setting = 'not_contractual' or (:setting = 'auto' and r.basis = 'invoices'))
            group by r.account_id, f.first_month
        ) as lives
        """,
        last=last_complete_month(as_of),
        records_from=first_full_month(spec),
        setting=spec.setting,
    ).with_table("unknown_age", unknown_age(spec))
