"""What became of the revenue of the customers of a period ago."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.tables.performance.estimates import ESTIMATE, SLICE, excluded

MOVEMENTS = ("expansion", "contraction", "churn", "unchanged", "new", "reactivated")

RETENTION = Table(
    "retention",
    "one row per dimension, name and metric",
    (
        *SLICE,
        Column("metric", TEXT, "net_revenue_retention, gross_revenue_retention or logo_retention"),
        *ESTIMATE,
        Column("top_share", NUMBER, "share of the largest account in the starting revenue", "share"),
        Column("chance_above_bar", NUMBER, "probability that net retention is at or above the model's bar", "share"),
        Column("chance_best", NUMBER, "probability to have the highest net retention of its dimension", "share"),
        Column("expected_rank", NUMBER, "place by net retention to expect in its dimension; 1 is the best"),
        Column("standardised_value", NUMBER, "net retention with the size mix of all, over the bands that it has"),
        Column("standardised_coverage", NUMBER, "share of all revenue that lies in those bands", "share"),
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
        Column("basis", TEXT, "subscriptions or invoices"),
        Column("start_revenue", NUMBER, "what it paid at the start, 0 if nothing", "model currency per month"),
        Column("paid_at_end", NUMBER, "what it paid at the end, 0 if nothing", "model currency per month"),
        Column("end_revenue", NUMBER, "what counts of that by the model's policies", "model currency per month"),
        Column("kept_revenue", NUMBER, "what counts of the start as kept: gross", "model currency per month"),
        Column("in_cohort", BOOLEAN, "it paid at the start; others are new and count nowhere"),
        Column("reactivated_within", BOOLEAN, "it left and came back within the period"),
        Column("movement", TEXT, "what became of it; empty if it paid at neither end", values=MOVEMENTS),
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
        Column("basis", TEXT, "subscriptions or invoices"),
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
        Column("escalated", NUMBER, "agreed price rises, where the model takes them out", "model currency per month"),
        Column("reactivated", NUMBER, "revenue of customers who had left before and are back",
               "model currency per month"),
        Column("new", NUMBER, "revenue of customers who had never paid before", "model currency per month"),
        Column("total_end", NUMBER, "all revenue at the end", "model currency per month"),
        Column("churned_accounts", INTEGER, "accounts that left", "accounts"),
        Column("new_accounts", INTEGER, "accounts that never paid before", "accounts"),
        Column("reactivated_accounts", INTEGER, "accounts that had left before the start and are back", "accounts"),
        Column("reactivated_within", INTEGER, "accounts that left and came back within the period", "accounts"),
    ),
    ("dimension", "name"),
    "start + expansion - contraction - churn = end; end + escalated + reactivated + new = total_end (methods a.1).",
)  # fmt: skip

RETENTION_EXCLUDED = excluded("retention_excluded", "accounts")

RETENTION_TABLES = (
    RETENTION_COHORT,
    RETENTION_SUMS,
    RETENTION_BANDS,
    RETENTION_MOVEMENTS,
    RETENTION,
    RETENTION_EXCLUDED,
)
