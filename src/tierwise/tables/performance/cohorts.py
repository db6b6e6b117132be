"""What is left of the customers who began together."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.tables.performance.estimates import ESTIMATE, SLICE

COHORT_LEVELS = Table(
    "cohort_levels",
    "one row per account and age with revenue",
    (
        Column("account_id", TEXT, "the account"),
        Column("first_month", DATE, "the first month that it paid for"),
        Column("age", INTEGER, "months since then", "months"),
        Column("basis", TEXT, "subscriptions or invoices"),
        Column("oldest", INTEGER, "the age that can be seen of customers who began then", "months"),
        Column("start_revenue", NUMBER, "what it paid at age 0", "model currency per month"),
        Column("revenue", NUMBER, "what it paid at that age", "model currency per month"),
    ),
    ("account_id", "age"),
    "What each customer paid at each age.",
)

COHORT_SUMS = Table(
    "cohort_sums",
    "one row per dimension, name, first month and age",
    (
        *SLICE,
        Column("first_month", DATE, "the first month that the customers paid for"),
        Column("age", INTEGER, "months since then", "months"),
        Column("basis", TEXT, "subscriptions or invoices"),
        Column("oldest", INTEGER, "the age that can be seen of customers who began then", "months"),
        Column("n", INTEGER, "customers who paid at that age", "accounts"),
        Column("n_clusters", INTEGER, "their ultimate parents"),
        Column("top", NUMBER, "largest start of a cluster"),
        Column("revenue", NUMBER, "sum over clusters of e, the revenue at that age"),
        Column("revenue2", NUMBER, "sum of e^2"),
        Column("revenue_start", NUMBER, "sum of e s, s the revenue at age 0"),
        Column("kept", NUMBER, "sum of min(s, e) per account"),
        Column("kept2", NUMBER, "its squares"),
        Column("kept_start", NUMBER, "its products with s"),
        Column("paying", NUMBER, "customers who paid, a sum over clusters"),
        Column("paying2", NUMBER, "its squares"),
        Column("paying_start", NUMBER, "its products with the customers at age 0"),
    ),
    ("dimension", "name", "first_month", "age"),
    "Sufficient statistics of cohorts.",
)

COHORTS = Table(
    "cohorts",
    "one row per dimension, name, cohort, age and metric",
    (
        *SLICE,
        Column("cohort", DATE, "first day of the month, quarter or year of the first paid month"),
        Column("age", INTEGER, "months since the first paid month", "months"),
        Column("metric", TEXT, "net_revenue_retention, gross_revenue_retention or logo_retention"),
        *ESTIMATE,
        Column("complete", BOOLEAN, "every customer of the cohort has reached this age; else n says how many have"),
        Column("start_known", BOOLEAN, "the customers began then; no: records begin then, and some were there before"),
    ),
    ("dimension", "name", "cohort", "age", "metric"),
    "Retention by start cohort and age, for segments (of today) and the total, against the first month (methods a.1).",
)

COHORTS_TABLES = (COHORT_LEVELS, COHORT_SUMS, COHORTS)
