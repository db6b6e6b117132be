"""Which profiles are worth winning."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import GRADES, VERDICTS
from tierwise.tables.performance.estimates import SLICE

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

VERDICTS_TABLES = (ACQUISITION, VERDICTS_TABLE)
