"""What good looks like: revenue by month, and estimates per segment with their intervals and their evidence."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import GRADES, VERDICTS

# Every estimate in the product has these columns (methods 0.5).
ESTIMATE = (
    Column("value", NUMBER, "the estimate; empty when it is not defined"),
    Column("lo", NUMBER, "lower end of the interval"),
    Column("hi", NUMBER, "upper end of the interval"),
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
)

SLICE = (
    Column("dimension", TEXT, "'segment', a declared dimension, or 'total'"),
    Column("name", TEXT, "segment or value of the dimension; 'all' for the total"),
)

REVENUE_MONTHS = Table(
    "revenue_months",
    "one row per account and month with revenue",
    (
        Column("account_id", TEXT, "the account"),
        Column("month", DATE, "first day of the month"),
        Column("revenue", NUMBER, "recurring revenue in force at the month's last instant, or billed in the month",
               "model currency per month, constant rates"),
    ),
    ("account_id", "month"),
    "Revenue of each account by calendar month, converted at frozen rates.",
)  # fmt: skip

REVENUE_EXCLUDED = Table(
    "revenue_excluded",
    "one row per reason",
    (
        Column("reason", TEXT, "why revenue rows count nowhere"),
        Column("rows", INTEGER, "rows left out", "rows"),
    ),
    ("reason",),
    "Revenue rows left out, counted by reason: no account, missing rate, no amount.",
)

RETENTION = Table(
    "retention",
    "one row per dimension, name and metric",
    (
        *SLICE,
        Column("metric", TEXT, "net_revenue_retention, gross_revenue_retention or logo_retention"),
        *ESTIMATE,
        Column("top_share", NUMBER, "share of the largest account in the starting revenue", "share"),
        Column("chance_above_bar", NUMBER, "probability that the metric is at or above the model's bar", "share"),
    ),
    ("dimension", "name", "metric"),
    "What became of the revenue of the customers of a period ago (methods a).",
)

LIFETIME_VALUE = Table(
    "lifetime_value",
    "one row per dimension and name",
    (
        *SLICE,
        *ESTIMATE,
        Column("supported_months", INTEGER, "horizon that the records support", "months"),
    ),
    ("dimension", "name"),
    "Margin per acquired account within the horizon, censoring respected (methods b.1).",
)

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
    ),
    ("dimension", "name"),
    "Probability that an opportunity is won within the window, open deals censored (methods c).",
)

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
    REVENUE_MONTHS, REVENUE_EXCLUDED, RETENTION, LIFETIME_VALUE, WIN_RATES, VERDICTS_TABLE,
)  # fmt: skip
