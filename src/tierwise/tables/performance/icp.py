"""What good customers share, and what bad ones do."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table

SIDE = Column("side", TEXT, "good: profiles worth winning; bad: those not worth closing", values=("good", "bad"))
BASIS = Column(
    "basis", TEXT, "validated, or promising where no profile is validated yet", values=("validated", "promising")
)
TRAIT = (
    Column("kind", TEXT, "attribute, trigger, person or origin", values=("attribute", "trigger", "person", "origin")),
    Column("name", TEXT, "column of accounts, signal, column of contacts, or origin"),
    Column("value", TEXT, "its value; yes or no for a trigger"),
)

ICP_SIDES = Table(
    "icp_sides",
    "one row per segment with a verdict",
    (
        Column("segment", TEXT, "the profile"),
        Column("side", TEXT, "good, bad or neither", values=("good", "bad", "neither")),
        BASIS,
    ),
    ("segment",),
    "Which profiles are good, and which bad.",
)

ICP_CUSTOMERS = Table(
    "icp_customers",
    "one row per customer",
    (
        Column("account_id", TEXT, "the account"),
        Column("cluster_id", TEXT, "its ultimate parent: what is counted"),
        Column("purchased_on", DATE, "first won deal or first month with revenue"),
        Column("segment", TEXT, "its segment today"),
        Column("side", TEXT, "good, bad or neither", values=("good", "bad", "neither")),
        BASIS,
    ),
    ("account_id",),
    "Everybody who ever bought, and whether its profile is worth winning.",
)

ICP_TRAITS = Table(
    "icp_traits",
    "one row per customer, kind, name and value",
    (
        Column("account_id", TEXT, "the customer"),
        Column("side", TEXT, "good, bad or neither", values=("good", "bad", "neither")),
        *TRAIT,
    ),
    ("account_id", "kind", "name", "value"),
    "What is known of each customer: the rows behind every statement of the ideal customer profile.",
)

ICP_COUNTS = Table(
    "icp_counts",
    "one row per side, kind, name and value",
    (
        Column("side", TEXT, "good, bad or all", values=("good", "bad", "all")),
        *TRAIT,
        BASIS,
        Column("customers", INTEGER, "customers with the trait, each group of companies once", "customers"),
        Column("known", INTEGER, "customers of whom it is known", "customers"),
    ),
    ("side", "kind", "name", "value"),
    "Sufficient statistics of the statements.",
)

ICP_FIGURES = Table(
    "icp_figures",
    "one row per side and measure",
    (
        SIDE,
        Column("measure", TEXT, "deal_size or first_year_revenue", values=("deal_size", "first_year_revenue")),
        Column("n", INTEGER, "customers behind it", "customers"),
        Column("median", NUMBER, "half of them have more", "model currency"),
        Column("lo", NUMBER, "lower end of its 95 % interval; empty below six customers", "model currency"),
        Column("hi", NUMBER, "upper end of its interval", "model currency"),
    ),
    ("side", "measure"),
    "How much good and bad customers buy.",
)

ICP = Table(
    "icp",
    "one row per side, kind, name and value",
    (
        SIDE,
        *TRAIT,
        BASIS,
        Column("customers", INTEGER, "customers of the side with the trait, each group of companies once", "customers"),
        Column("known", INTEGER, "customers of the side of whom it is known", "customers"),
        Column("share", NUMBER, "customers / known", "share"),
        Column("share_lo", NUMBER, "lower end of its interval (Wilson)", "share"),
        Column("share_hi", NUMBER, "upper end of its interval", "share"),
        Column("share_of_all", NUMBER, "the same among all customers", "share"),
        Column("lift", NUMBER, "share over share of all, smoothed; empty where there is nothing to compare"),
        Column("lift_lo", NUMBER, "lower end of its interval"),
        Column("lift_hi", NUMBER, "upper end of its interval"),
        Column("p_value", NUMBER, "how often chance alone gives as much", "share"),
        Column("q_value", NUMBER, "the same after so many comparisons (Benjamini and Hochberg)", "share"),
        Column("defines", BOOLEAN, "segments are defined by this column: the lift is no news"),
        Column("stated", BOOLEAN, "frequent enough, more frequent than among all, and not chance"),
    ),
    ("side", "kind", "name", "value"),
    "What good customers share and what bad ones do, with lift and interval (methods i).",
)

ICP_TABLES = (ICP_SIDES, ICP_CUSTOMERS, ICP_TRAITS, ICP_COUNTS, ICP_FIGURES, ICP)
