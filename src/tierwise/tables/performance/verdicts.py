"""Which profiles are worth winning."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import GRADES, VERDICTS
from tierwise.tables.performance.estimates import SLICE

VERDICTS_TABLE = Table(
    "verdicts",
    "one row per segment",
    (
        Column("segment", TEXT, "the segment"),
        Column("verdict", TEXT, "whether the profile is worth winning", values=VERDICTS),
        Column("note", TEXT, "what is missing or contradicts, in words"),
        Column("chance_retention", NUMBER, "P(NRR >= bar)", "share"),
        Column("chance_value", NUMBER, "P(CLV:CAC >= bar), or P(CLV >= all) without costs", "share"),
        Column("chance_value_at_most", NUMBER, "the same if nobody left after the supported months, up to the horizon: "
               "what records that are too short cannot reject", "share"),
        Column("chance_win_rate", NUMBER, "P(win rate >= bar)", "share"),
        Column("value_leg", TEXT, "clv_to_cac, clv_against_all or none: what the value leg compares"),
        Column("grade", TEXT, "the weakest grade of the retention and value legs", values=GRADES),
        Column("net_revenue_retention", NUMBER, "shrunken NRR", "share"),
        Column("lifetime_value", NUMBER, "shrunken CLV", "model currency per account"),
        Column("win_rate", NUMBER, "shrunken win rate", "share"),
        Column("value_to_cost", NUMBER, "CLV over the cost of acquisition; empty without costs"),
        Column("more_customers", INTEGER, "about how many more customers would decide, all else equal; empty: decided, or "
               "more of the same would not decide", "accounts"),
        Column("more_months", NUMBER, "months until then at the recent pace; empty: not known, or never", "months"),
        Column("has_revenue", BOOLEAN, "the company has revenue records at all"),
    ),
    ("segment",),
    "Which profiles are validated: NRR and CLV decide, win rate only comments (methods b.5).",
)  # fmt: skip

PACE = Table(
    "pace",
    "one row per segment, and one for all",
    (
        *SLICE,
        Column("new_per_month", NUMBER, "customers who first paid, per month of the last year", "accounts per month"),
        Column("net_per_month", NUMBER, "growth of the customers who paid within a year, per month; that of new customers "
               "where the records are shorter than two years", "accounts per month"),
    ),
    ("dimension", "name"),
    "How fast evidence on a segment grows.",
)  # fmt: skip

EQUAL_WIN_RATES = Table(
    "equal_win_rates",
    "one row per pair of segments won equally often whose customers are worth different amounts",
    (
        Column("segment", TEXT, "the segment whose customers are worth more"),
        Column("other", TEXT, "the segment whose customers are worth less"),
        Column("win_rate", NUMBER, "shrunken win rate of the first", "share"),
        Column("other_win_rate", NUMBER, "that of the other", "share"),
        Column("lifetime_value", NUMBER, "shrunken CLV of the first", "model currency per account"),
        Column("other_lifetime_value", NUMBER, "that of the other", "model currency per account"),
        Column("times", NUMBER, "value of the first over that of the other, each against everybody's at its horizon"),
        Column("chance_worth_more", NUMBER, "probability that the first is worth more", "share"),
        Column("verdict", TEXT, "verdict on the first", values=VERDICTS),
        Column("other_verdict", TEXT, "verdict on the other", values=VERDICTS),
    ),
    ("segment", "other"),
    "What a win rate hides: segments that are won equally often, side by side.",
)

VERDICTS_TABLES = (PACE, VERDICTS_TABLE, EQUAL_WIN_RATES)
