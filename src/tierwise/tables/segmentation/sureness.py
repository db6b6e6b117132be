"""How sure each seat is, and what would change it."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, INTEGER, NUMBER, POINTS, TEXT, Column, Table
from tierwise.core.vocabulary import LIFT_KINDS, STANDINGS, TIERS
from tierwise.tables.accounts import ACCOUNT_ID

CONTENDERS = Table(
    "contenders",
    "one row per account that can reach a seat when weights stray",
    (
        ACCOUNT_ID,
        Column("team", TEXT, "team for whose seats it competes; empty text: the company's"),
        Column("segment", TEXT, "the account's segment"),
        Column("tier", TEXT, "tier", values=TIERS),
        Column("ready", BOOLEAN, "passes the readiness gate for 1:1, sits in tier 1, or the gate is advisory"),
        Column("value", NUMBER, "what the rank goes by"),
        Column("chance_to_act", NUMBER, "P(can act)", "share"),
        Column("by_value", BOOLEAN, "seats go by value and fit breaks ties; else by fit"),
        Column("position", INTEGER, "order among equals: attention, then account_id"),
        Column("first_seats", INTEGER, "seats that the team takes in tier 1", "accounts"),
        Column("second_seats", INTEGER, "seats that the team takes in tier 2", "accounts"),
        Column(
            "left_out", INTEGER, "accounts that could reach a seat and are more than the model draws over", "accounts"
        ),
    ),
    ("account_id",),
    "Who competes when seats are filled again with other weights.",
)

CONTENDER_SCORES = Table(
    "contender_scores",
    "one row per account that competes and criterion",
    (
        ACCOUNT_ID,
        Column("criterion", TEXT, "criterion of the scorecard"),
        Column("weight", NUMBER, "the model's weight", "share"),
        Column("score", NUMBER, "score; empty when it cannot be known", "0-5"),
    ),
    ("account_id", "criterion"),
    "What the draws of stability rest on.",
)

STABILITY = Table(
    "stability",
    "one row per seated account and near miss",
    (
        ACCOUNT_ID,
        Column("tier", TEXT, "tier", values=TIERS),
        Column("chance_one_to_one", NUMBER, "share of draws in which it sits in tier 1", "share"),
        Column("chance_one_to_few", NUMBER, "share of draws in which it sits in tier 2", "share"),
        Column("stays", NUMBER, "share of draws in which it keeps its tier", "share"),
        Column("stays_weights", NUMBER, "the same if only the weights were uncertain", "share"),
        Column("stays_data", NUMBER, "the same if only scores and values were", "share"),
        Column("standing", TEXT, "how sure its tier is", values=STANDINGS),
        Column("near_miss", BOOLEAN, "it has no seat and would have one in a good share of draws"),
        Column("contenders", INTEGER, "accounts that competed in the draws", "accounts"),
        Column("left_out", INTEGER, "accounts that could reach a seat and were too many to draw over", "accounts"),
    ),
    ("account_id",),
    "How sure each seat is when weights are judgements and figures have intervals (methods e.6).",
)

TIER_CUTS = Table(
    "tier_cuts",
    "one row per team and tier with seats taken",
    (
        Column("team", TEXT, "team; empty text: the company's"),
        Column("tier", TEXT, "1 or 2"),
        Column("value", NUMBER, "what the last seat went at", "model currency per account, or points"),
        Column("fit", POINTS, "fit of that account", "0-100"),
        Column("next_value", NUMBER, "value of the first account left out; empty: nobody is", "as value"),
        Column("next_fit", POINTS, "its fit", "0-100"),
        Column("by_value", BOOLEAN, "seats go by value and fit breaks ties; else by fit"),
    ),
    ("team", "tier"),
    "Where the tiers are cut.",
)

LIFTS = Table(
    "lifts",
    "one row per eligible account",
    (
        ACCOUNT_ID,
        Column("tier", TEXT, "tier", values=TIERS),
        Column("target", TEXT, "the tier above; empty in tier 1"),
        Column("kind", TEXT, "what stands between: data (an unknown criterion), criterion, several, readiness, value, gate, "
               "profile, none", values=LIFT_KINDS),
        Column("subject", TEXT, "which criterion, dimension of readiness, or verdict"),
        Column("from_score", NUMBER, "score of the criterion now; empty when unknown", "0-5"),
        Column("to_score", NUMBER, "the least score that would lift the account", "0-5"),
        Column("condition", TEXT, "when the model gives that score"),
        Column("fit", POINTS, "fit now", "0-100"),
        Column("fit_needed", NUMBER, "fit that would lift it; empty where fit does not decide", "0-100"),
        Column("value", NUMBER, "what the rank goes by"),
        Column("chance_to_act", NUMBER, "P(can act), which the value holds", "share"),
        Column("value_needed", NUMBER, "what the last seat above went at"),
        Column("straddles", TEXT, "up or down: what is unknown could move it across a cut by itself; a question to ask",
               values=("up", "down")),
    ),
    ("account_id",),
    "The cheapest change that would lift an account a tier, said honestly where fit does not decide (methods e.1).",
)  # fmt: skip

SURENESS_TABLES = (CONTENDERS, CONTENDER_SCORES, STABILITY, TIER_CUTS, LIFTS)
