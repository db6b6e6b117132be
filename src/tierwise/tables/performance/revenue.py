"""Revenue by month."""

from __future__ import annotations

from tierwise.core.table import DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.tables.performance.estimates import excluded

RATES = Table(
    "rates",
    "one row per currency",
    (
        Column("currency", TEXT, "ISO 4217 code; '' for an amount without one, which is in the model's"),
        Column("rate", NUMBER, "units of the model's currency for one unit, frozen: both ends of a period use it"),
        Column("source", TEXT, "source that gave it; 'model' for the model's own"),
        Column("disagreeing", INTEGER, "other rates that were given for the same currency and day"),
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

REVENUE_TABLES = (RATES, REVENUE_MONTHS, REVENUE_EXCLUDED)
