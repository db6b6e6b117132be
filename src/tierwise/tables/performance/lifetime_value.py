"""What a customer is worth."""

from __future__ import annotations

from tierwise.core.table import INTEGER, NUMBER, TEXT, Column, Table
from tierwise.tables.performance.estimates import ESTIMATE, SLICE, excluded

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

LIFETIME_VALUE_TABLES = (
    TENURE_MONTHS,
    VALUE_MONTHS,
    VALUE_WEIGHTS,
    VALUE_SPREAD,
    LIFETIME_VALUE,
    LIFETIME_VALUE_EXCLUDED,
)
