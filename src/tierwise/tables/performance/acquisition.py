"""What winning a customer costs, and what it brings against that."""

from __future__ import annotations

from tierwise.core.table import INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import GRADES
from tierwise.tables.performance.estimates import SLICE

ACQUIRED = Table(
    "acquired",
    "one row per account that began to pay in the window",
    (Column("account_id", TEXT, "the account"),),
    ("account_id",),
    "The new customers whom the costs are for.",
)

ACQUISITION_COSTS = Table(
    "acquisition_costs",
    "one row per segment with costs or new customers, and one for all",
    (
        *SLICE,
        Column("own_cost", NUMBER, "cost that names the segment; all costs in the total", "model currency"),
        Column("shared_cost", NUMBER, "cost that names no segment", "model currency"),
        Column("new_customers", INTEGER, "accounts who first paid in the window", "accounts"),
        Column("all_new_customers", INTEGER, "those of all segments", "accounts"),
        Column("lag_months", INTEGER, "months from spending to the first payment", "months"),
        Column("months", INTEGER, "months of the window for which costs are on record", "months"),
    ),
    ("dimension", "name"),
    "Costs of sales and marketing beside the new customers whom they are for.",
)

ACQUISITION_SPREAD = Table(
    "acquisition_spread",
    "one row per segment with new customers, and one for all",
    (
        *SLICE,
        Column("influence_of_new", NUMBER, "covariance of the lifetime value with the number of new customers: influences "
               "summed over them", "model currency"),
    ),
    ("dimension", "name"),
    "How lifetime value and the number of new customers vary together.",
)  # fmt: skip

ACQUISITION = Table(
    "acquisition",
    "one row per segment, and one for all",
    (
        *SLICE,
        Column("cost", NUMBER, "sales and marketing cost; shared cost by new customers", "model currency"),
        Column("new_customers", INTEGER, "accounts who first paid in the window", "accounts"),
        Column("cost_per_customer", NUMBER, "cost of acquiring one customer; empty without costs or new customers",
               "model currency per account"),
        Column("lo", NUMBER, "lower end of its interval", "model currency per account"),
        Column("hi", NUMBER, "upper end of its interval", "model currency per account"),
        Column("se", NUMBER, "its standard error", "model currency per account"),
        Column("n_eff", NUMBER, "new customers whose count would be as uncertain"),
        Column("grade", TEXT, "A decision grade, B directional, C insufficient", values=GRADES),
        Column("lag_months", INTEGER, "months from spending to the first payment", "months"),
        Column("months", INTEGER, "months of the window for which costs are on record", "months"),
        Column("value_to_cost", NUMBER, "lifetime value over the cost of acquisition (CLV:CAC)"),
        Column("ratio_lo", NUMBER, "lower end of its interval (Fieller); empty: the cost is not identified"),
        Column("ratio_hi", NUMBER, "upper end of its interval"),
        Column("correlation", NUMBER, "correlation of the lifetime value with the cost, both resting on the new customers"),
        Column("payback_months", INTEGER, "months until expected margins add up to the cost; empty: not within the records",
               "months"),
    ),
    ("dimension", "name"),
    "What acquiring a customer costs, per segment, and what it brings against that (methods b.4).",
)  # fmt: skip

ACQUISITION_TABLES = (ACQUIRED, ACQUISITION_COSTS, ACQUISITION_SPREAD, ACQUISITION)
