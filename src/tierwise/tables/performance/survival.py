"""How many customers are still there."""

from __future__ import annotations

from tierwise.core.table import INTEGER, NUMBER, Column, Table
from tierwise.tables.performance.estimates import SLICE

SURVIVAL = Table(
    "survival",
    "one row per dimension, name and month of tenure",
    (
        *SLICE,
        Column("months", INTEGER, "months since the first paid month", "months"),
        Column("at_risk", INTEGER, "customers seen until then of whom it is known whether they lived on", "accounts"),
        Column("left", INTEGER, "those who did not", "accounts"),
        Column("survival", NUMBER, "chance of still being a customer after these months", "share"),
        Column("lo", NUMBER, "lower end of its interval at this month", "share"),
        Column("hi", NUMBER, "upper end of its interval", "share"),
    ),
    ("dimension", "name", "months"),
    "The survival curve of customers (Kaplan and Meier); it ends where too few are observed.",
)

SURVIVAL_TABLES = (SURVIVAL,)
