"""What every estimate carries, and of whom it is."""

from __future__ import annotations

from tierwise.core.table import INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import GRADES

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
