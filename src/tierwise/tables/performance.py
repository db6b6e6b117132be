"""What good looks like: revenue by month, and estimates per segment with their intervals and their evidence."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import GRADES, VERDICTS

# Every estimate in the product has these columns (methods 0.5).
ESTIMATE = (
    Column("value", NUMBER, "the estimate; empty when it is not defined"),
    Column("lo", NUMBER, "lower end of the interval"),
    Column("hi", NUMBER, "upper end of the interval"),
    Column("se", NUMBER, "standard error, on the scale of the value"),
    Column("level", NUMBER, "level of the interval", "share"),
    Column("n", INTEGER, "accounts or opportunities behind it"),
    Column("n_clusters", INTEGER, "ultimate parents behind it"),
    Column("n_eff", NUMBER, "effective number behind it (Kish)"),
    Column("num", NUMBER, "numerator"),
    Column("den", NUMBER, "denominator"),
    Column("method", TEXT, "estimator and its parameters"),
    Column("grade", TEXT, "A decision grade, B directional, C insufficient", values=GRADES),
    Column("shrunk_value", NUMBER, "partially pooled value"),
    Column("shrunk_lo", NUMBER, "lower end of its interval"),
    Column("shrunk_hi", NUMBER, "upper end of its interval"),
    Column("shrunk_se", NUMBER, "its standard error"),
)

SLICE = (
    Column("dimension", TEXT, "'segment', a declared dimension, or 'total'"),
    Column("name", TEXT, "segment or value of the dimension; 'all' for the total"),
)


def excluded(name: str, what: str) -> Table:
    """A table that counts what an estimate leaves out."""
    return Table(
        name,
        "one row per reason",
        (
            Column("reason", TEXT, "why they are left out"),
            Column("rows", INTEGER, f"{what} left out", what),
        ),
        ("reason",),
        f"What counts nowhere, by reason ({what}). No row: nothing was left out for that reason.",
    )


def slices(name: str, meaning: str) -> Table:
    """A table of which accounts belong to which slice."""
    columns = (
        *SLICE,
        Column("account_id", TEXT, "the account"),
        Column("cluster_id", TEXT, "its ultimate parent: the unit of uncertainty (methods 0.1)"),
    )
    return Table(name, "one row per dimension and account", columns, ("dimension", "account_id"), meaning)


SLICES = slices(
    "slices",
    "The segment, dimensions and total that each account with revenue or deals counts in, by today's attributes.",
)
SLICES_AT_START = slices(
    "slices_at_start", "The same by the attributes at the start of the retention period; everybody is in the total."
)

RATES = Table(
    "rates",
    "one row per currency",
    (
        Column("currency", TEXT, "ISO 4217 code; '' for an amount without one, which is in the model's"),
        Column("rate", NUMBER, "units of the model's currency for one unit, frozen: both ends of a period use it"),
    ),
    ("currency",),
    "The one rate per currency: the model's own, else the latest that the user gave; 1 for the model's currency.",
)

REVENUE_MONTHS = Table(
    "revenue_months",
    "one row per account and complete month with revenue",
    (
        Column("account_id", TEXT, "the account"),
        Column("month", DATE, "first day of the month"),
        Column("revenue", NUMBER, "recurring revenue in force at the month's last instant, or billed in the month",
               "model currency per month, constant rates"),
        Column("basis", TEXT, "subscriptions or invoices", values=("subscriptions", "invoices")),
    ),
    ("account_id", "month"),
    "Revenue of each account by calendar month, converted at frozen rates. An unfinished month is left out.",
)  # fmt: skip

REVENUE_EXCLUDED = excluded("revenue_excluded", "spells or invoice lines")

RETENTION = Table(
    "retention",
    "one row per dimension, name and metric",
    (
        *SLICE,
        Column("metric", TEXT, "net_revenue_retention, gross_revenue_retention or logo_retention"),
        *ESTIMATE,
        Column("top_share", NUMBER, "share of the largest account in the starting revenue", "share"),
        Column("chance_above_bar", NUMBER, "probability that net retention is at or above the model's bar", "share"),
        Column("standardised_value", NUMBER, "net retention with the size mix of all; empty if a band has nobody"),
        Column("mix_reverses", BOOLEAN, "against all, better turns to worse or back at equal size mix (Simpson)"),
    ),
    ("dimension", "name", "metric"),
    "What became of the revenue of the customers of a period ago (methods a).",
)

RETENTION_COHORT = Table(
    "retention_cohort",
    "one row per account that paid before or at the end of the period",
    (
        Column("account_id", TEXT, "the account"),
        Column("start_revenue", NUMBER, "what it paid at the start, 0 if nothing", "model currency per month"),
        Column("end_revenue", NUMBER, "what it paid at the end, 0 if nothing", "model currency per month"),
        Column("in_cohort", BOOLEAN, "it paid at the start; others are new and count nowhere"),
        Column("reactivated_within", BOOLEAN, "it left and came back within the period"),
        Column("remark", TEXT, "why it is left out or was clipped"),
    ),
    ("account_id",),
    "What each account paid at both ends of the retention period.",
)

RETENTION_SUMS = Table(
    "retention_sums",
    "one row per dimension, name and metric",
    (
        *SLICE,
        Column("metric", TEXT, "as in retention"),
        Column("n", INTEGER, "accounts in the cohort", "accounts"),
        Column("n_clusters", INTEGER, "ultimate parents"),
        Column("den", NUMBER, "sum over clusters of s, the start"),
        Column("num", NUMBER, "sum of e, the end"),
        Column("den2", NUMBER, "sum of s^2"),
        Column("num2", NUMBER, "sum of e^2"),
        Column("den_num", NUMBER, "sum of s e"),
        Column("num2_den", NUMBER, "sum of e^2 / s"),
        Column("top", NUMBER, "largest s"),
    ),
    ("dimension", "name", "metric"),
    "Sufficient statistics of the ratio estimator (methods a.3).",
)

RETENTION_BANDS = Table(
    "retention_bands",
    "one row per dimension, name and size band",
    (
        *SLICE,
        Column("band", TEXT, "size band at the start; 'unknown' without employees"),
        Column("start_revenue", NUMBER, "revenue at the start", "model currency per month"),
        Column("end_revenue", NUMBER, "revenue at the end", "model currency per month"),
    ),
    ("dimension", "name", "band"),
    "Starting and ending revenue by size band, for the standardised retention (methods a.7).",
)

RETENTION_MOVEMENTS = Table(
    "retention_movements",
    "one row per dimension and name",
    (
        *SLICE,
        Column("start_month", DATE, "first day of the month whose end starts the period"),
        Column("end_month", DATE, "first day of the month whose end closes it"),
        Column("accounts", INTEGER, "accounts with revenue at the start", "accounts"),
        Column("start_revenue", NUMBER, "their revenue at the start", "model currency per month"),
        Column("expansion", NUMBER, "more revenue from accounts that grew", "model currency per month"),
        Column("contraction", NUMBER, "less revenue from accounts that shrank", "model currency per month"),
        Column("churn", NUMBER, "revenue of accounts that left", "model currency per month"),
        Column("end_revenue", NUMBER, "their revenue at the end", "model currency per month"),
        Column("reactivated_within", INTEGER, "accounts that left and came back within the period", "accounts"),
    ),
    ("dimension", "name"),
    "start + expansion - contraction - churn = end, exactly (methods a.1).",
)

RETENTION_EXCLUDED = excluded("retention_excluded", "accounts")

LIFETIME_VALUE = Table(
    "lifetime_value",
    "one row per dimension and name",
    (
        *SLICE,
        *ESTIMATE,
        Column("supported_months", INTEGER, "horizon that the records support: the value is within it", "months"),
        Column("expected_months", NUMBER, "mean months as a customer within that horizon", "months"),
        Column("median_months", NUMBER, "months after which half are gone; empty: not reached", "months"),
        Column("value_of_all", NUMBER, "everybody's value within the same horizon", "model currency per account"),
        Column("chance_above_all", NUMBER, "probability that the value is at or above everybody's", "share"),
    ),
    ("dimension", "name"),
    "Margin per acquired account within the horizon, censoring respected (methods b.1).",
)

TENURE_MONTHS = Table(
    "tenure_months",
    "one row per account and observed month of its life",
    (
        Column("account_id", TEXT, "the account"),
        Column("tenure", INTEGER, "month of its life, 0 first", "months"),
        Column("margin", NUMBER, "margin in the month", "model currency"),
        Column("entered", INTEGER, "1 in the first month in which it was seen, else 0"),
        Column("at_risk", INTEGER, "1 when it is known whether it lived on, else 0"),
        Column("died", INTEGER, "1 when it is known that it did not, else 0"),
    ),
    ("account_id", "tenure"),
    "The life of each customer by month of tenure, as far as it was seen.",
)

VALUE_MONTHS = Table(
    "value_months",
    "one row per dimension, name and month of tenure",
    (
        *SLICE,
        Column("tenure", INTEGER, "month of tenure, 0 first", "months"),
        Column("paying", INTEGER, "accounts seen in that month", "accounts"),
        Column("margin", NUMBER, "their margins", "model currency"),
        Column("at_risk", INTEGER, "those of them for whom it is known whether they lived on", "accounts"),
        Column("deaths", INTEGER, "those who did not", "accounts"),
    ),
    ("dimension", "name", "tenure"),
    "Sufficient statistics of the lifetime value and of the survival curve.",
)

VALUE_WEIGHTS = Table(
    "value_weights",
    "one row per dimension, name and month of tenure within the supported horizon",
    (
        *SLICE,
        Column("tenure", INTEGER, "month of tenure, 0 first", "months"),
        Column("margin_weight", NUMBER, "influence per unit of margin in the month"),
        Column("seen_weight", NUMBER, "influence of being seen in it"),
        Column("risk_weight", NUMBER, "influence of being known to live on or not"),
        Column("death_weight", NUMBER, "influence of leaving after it"),
    ),
    ("dimension", "name", "tenure"),
    "What each observed month adds to an account's influence on the lifetime value.",
)

VALUE_SPREAD = Table(
    "value_spread",
    "one row per dimension and name",
    (
        *SLICE,
        Column("n", INTEGER, "accounts", "accounts"),
        Column("n_clusters", INTEGER, "ultimate parents"),
        Column("influence2", NUMBER, "sum over clusters of squared influences"),
        Column("margin", NUMBER, "sum of observed margins"),
        Column("margin2", NUMBER, "sum over clusters of squared observed margins"),
        Column("top", NUMBER, "largest cluster's observed margin"),
    ),
    ("dimension", "name"),
    "Sums over clusters from which the interval of the lifetime value follows.",
)

LIFETIME_VALUE_EXCLUDED = excluded("lifetime_value_excluded", "accounts")

WIN_RATES = Table(
    "win_rates",
    "one row per dimension and name",
    (
        *SLICE,
        *ESTIMATE,
        Column("window_days", INTEGER, "days after creation within which a deal counts as won", "days"),
        Column("opportunities", INTEGER, "opportunities, open ones included"),
        Column("won", INTEGER, "won opportunities"),
        Column("lost", INTEGER, "lost opportunities"),
        Column("open", INTEGER, "open opportunities, censored at as_of"),
        Column("won_of_closed", NUMBER, "won / (won + lost), for reconciliation", "share"),
        Column("won_of_created", NUMBER, "won / created, for reconciliation", "share"),
        Column("median_days_to_win", NUMBER, "median days to win given a win within the window", "days"),
        Column("median_days_to_decision", NUMBER, "median days to any outcome; empty: not reached", "days"),
        Column("chance_above_bar", NUMBER, "probability that the win rate is at or above the model's bar", "share"),
        Column("pipeline_scrub", BOOLEAN, "many losses were closed on one day: housekeeping, not losing"),
    ),
    ("dimension", "name"),
    "Probability that an opportunity is won within the window, open deals censored (methods c).",
)

WIN_DEALS = Table(
    "win_deals",
    "one row per opportunity that counts",
    (
        Column("record_id", TEXT, "the opportunity's record"),
        Column("account_id", TEXT, "the account"),
        Column("days", NUMBER, "age when it closed, today's while open; half a day when closed on day one", "days"),
        Column("outcome", TEXT, "open, won or lost", values=("open", "won", "lost")),
        Column("closed_on", DATE, "day on which it closed"),
    ),
    ("record_id",),
    "New business with a usable clock, open deals included.",
)  # fmt: skip

WIN_DAYS = Table(
    "win_days",
    "one row per dimension, name and age in days",
    (
        *SLICE,
        Column("days", NUMBER, "age", "days"),
        Column("won", INTEGER, "deals won at that age"),
        Column("lost", INTEGER, "deals lost at that age"),
        Column("open", INTEGER, "deals of that age that are still open"),
    ),
    ("dimension", "name", "days"),
    "Sufficient statistics of the win rate.",
)

WIN_WEIGHTS = Table(
    "win_weights",
    "one row per dimension, name and age in days",
    (
        *SLICE,
        Column("days", NUMBER, "age", "days"),
        Column("won_weight", NUMBER, "influence of a deal won at that age"),
        Column("lost_weight", NUMBER, "influence of a deal lost at that age"),
        Column("open_weight", NUMBER, "influence of a deal still open at that age"),
    ),
    ("dimension", "name", "days"),
    "What each deal adds to its account's influence on the win rate.",
)

WIN_SPREAD = Table(
    "win_spread",
    "one row per dimension and name",
    (
        *SLICE,
        Column("n", INTEGER, "opportunities"),
        Column("n_clusters", INTEGER, "ultimate parents"),
        Column("n2", NUMBER, "sum over clusters of squared numbers of opportunities"),
        Column("influence2", NUMBER, "sum over clusters of squared influences"),
        Column("top", INTEGER, "opportunities of the largest cluster"),
        Column("losses_on_one_day", INTEGER, "most losses closed on one day"),
    ),
    ("dimension", "name"),
    "Sums over clusters from which the interval of the win rate follows.",
)

WIN_RATE_EXCLUDED = excluded("win_rate_excluded", "opportunities")

ACQUISITION = Table(
    "acquisition",
    "one row per segment, and one for all",
    (
        *SLICE,
        Column("cost", NUMBER, "sales and marketing cost; shared cost by new customers", "model currency"),
        Column("new_customers", INTEGER, "accounts whose first revenue month lies in the window", "accounts"),
        Column("cost_per_customer", NUMBER, "cost of acquiring one customer; empty without costs or new customers",
               "model currency per account"),
    ),
    ("dimension", "name"),
    "What acquiring a customer costs, per segment.",
)  # fmt: skip

VERDICTS_TABLE = Table(
    "verdicts",
    "one row per segment",
    (
        Column("segment", TEXT, "the segment"),
        Column("verdict", TEXT, "whether the profile is worth winning", values=VERDICTS),
        Column("note", TEXT, "what is missing or contradicts, in words"),
        Column("chance_retention", NUMBER, "P(NRR >= bar)", "share"),
        Column("chance_value", NUMBER, "P(CLV:CAC >= bar), or P(CLV >= all) without costs", "share"),
        Column("chance_win_rate", NUMBER, "P(win rate >= bar)", "share"),
        Column("value_leg", TEXT, "clv_to_cac, clv_against_all or none: what the value leg compares"),
        Column("grade", TEXT, "the weakest grade of the retention and value legs", values=GRADES),
        Column("net_revenue_retention", NUMBER, "shrunken NRR", "share"),
        Column("lifetime_value", NUMBER, "shrunken CLV", "model currency per account"),
        Column("win_rate", NUMBER, "shrunken win rate", "share"),
        Column("has_revenue", BOOLEAN, "the company has revenue records at all"),
    ),
    ("segment",),
    "Which profiles are validated: NRR and CLV decide, win rate only comments (methods b.5).",
)

PERFORMANCE_TABLES = (
    SLICES, SLICES_AT_START, RATES, REVENUE_MONTHS, REVENUE_EXCLUDED,
    RETENTION_COHORT, RETENTION_SUMS, RETENTION_BANDS, RETENTION_MOVEMENTS, RETENTION, RETENTION_EXCLUDED,
    TENURE_MONTHS, VALUE_MONTHS, VALUE_WEIGHTS, VALUE_SPREAD, LIFETIME_VALUE, LIFETIME_VALUE_EXCLUDED,
    WIN_DEALS, WIN_DAYS, WIN_WEIGHTS, WIN_SPREAD, WIN_RATES, WIN_RATE_EXCLUDED,
    ACQUISITION, VERDICTS_TABLE,
)  # fmt: skip
