"""Where effort goes: segments, tiers within capacity, and what moved."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, POINTS, TEXT, TIMESTAMP, Column, Table
from tierwise.core.vocabulary import LIFT_KINDS, STANDINGS, TIERS, VERDICTS
from tierwise.tables.accounts import ACCOUNT_ID

SEGMENT_MEMBERS = Table(
    "segment_members",
    "one row per account and segment it matches",
    (
        ACCOUNT_ID,
        Column("segment", TEXT, "segment of the model"),
        Column("priority", INTEGER, "order of the segment in the model, 1 first"),
    ),
    ("account_id", "segment"),
    "Every segment that an account matches.",
)

MEMBERS_AT_START = Table(
    "members_at_start",
    "one row per account and segment it matched at the start of the retention period",
    SEGMENT_MEMBERS.columns,
    ("account_id", "segment"),
    "Segments by the attributes of then: revenue is judged by the label of then, not of today.",
)

ACCOUNT_SEGMENTS = Table(
    "account_segments",
    "one row per account in a segment",
    (
        ACCOUNT_ID,
        Column("segment", TEXT, "the account's segment: the first of the model that it matches"),
        Column("segments", INTEGER, "segments that it matches"),
    ),
    ("account_id",),
    "The one segment that speaks for an account.",
)

CANDIDATES = Table(
    "candidates",
    "one row per account",
    (
        ACCOUNT_ID,
        Column("segment", TEXT, "the account's segment; empty outside the universe"),
        Column("verdict", TEXT, "verdict on its profile", values=VERDICTS),
        Column("stage", TEXT, "lifecycle stage"),
        Column("fit", POINTS, "fit", "0-100"),
        Column("intent", POINTS, "intent; 0 without signals", "0-100"),
        Column("attention", POINTS, "intent as far as it ranks: 0 where fit holds it already, and unless two families or two "
               "people show it without bought signals", "0-100"),
        Column("chance_to_act", NUMBER, "P(can act): from evidence, else the prior; 1 while the gate is advisory", "share"),
        Column("value", NUMBER, "what the rank goes by: CLV x win rate x P(can act), or fit",
               "model currency per account, or points"),
        Column("open_value", NUMBER, "the same with the gate open (P(can act) = 1)"),
        Column("standing", TEXT, "eligible, parked or excluded"),
        Column("standing_reason", TEXT, "why it is parked or excluded"),
        Column("wake_on", DATE, "when a parked account is looked at again"),
        Column("seatable", BOOLEAN, "its profile may be seated in tiers 1 and 2"),
        Column("seat_block", TEXT, "what keeps it out of them: verdict:<verdict> or not_scorable"),
        Column("ready_one_to_one", BOOLEAN, "passes the readiness gate for 1:1, or the gate is advisory"),
        Column("readiness_known", BOOLEAN, "there is evidence on all four dimensions, from people enough for 1:few"),
        Column("gate_block", TEXT, "what keeps the gate closed"),
    ),
    ("account_id",),
    "Everything that the tiers look at, before capacity.",
)  # fmt: skip

TIERS_TABLE = Table(
    "tiers",
    "one row per account",
    (
        ACCOUNT_ID,
        Column("tier", TEXT, "1, 2, 3, parked or excluded", values=TIERS),
        Column("tier_gate_open", TEXT, "the tier it would have if the readiness gate were open", values=TIERS),
        Column("rank", INTEGER, "place among the eligible accounts by value"),
        Column("segment", TEXT, "the account's segment"),
        Column("verdict", TEXT, "verdict on its profile", values=VERDICTS),
        Column("stage", TEXT, "lifecycle stage"),
        Column("value", NUMBER, "what the rank goes by"),
        Column("fit", POINTS, "fit", "0-100"),
        Column("intent", POINTS, "intent", "0-100"),
        Column("chance_to_act", NUMBER, "P(can act)", "share"),
        Column("provisional", BOOLEAN, "seated while readiness is unknown"),
        Column("marks", TEXT, "readiness_unknown, profile_unvalidated; empty when neither"),
        Column("blocked_by", TEXT, "what keeps it from the tier above"),
        Column("first_question", TEXT, "the first thing to ask, where readiness is not known"),
        Column("wake_on", DATE, "when a parked account is looked at again"),
    ),
    ("account_id",),
    "Where effort goes, within capacity (methods h.2).",
)

MOVES = Table(
    "moves",
    "one row per account whose tier, segment or stage changed since the list that was applied last",
    (
        ACCOUNT_ID,
        Column("from_tier", TEXT, "tier before; empty when the account is new"),
        Column("to_tier", TEXT, "tier now; empty when the account is gone"),
        Column("from_segment", TEXT, "segment before"),
        Column("to_segment", TEXT, "segment now"),
        Column("from_stage", TEXT, "lifecycle stage before"),
        Column("to_stage", TEXT, "lifecycle stage now"),
        Column("reason", TEXT, "what caused it"),
    ),
    ("account_id",),
    "What this list changes against the one in force.",
)

FUNNEL = Table(
    "funnel",
    "one row per level",
    (
        Column("position", INTEGER, "order, widest first"),
        Column("level", TEXT, "TAM, universe, eligible, TAL, tier 1, tier 2, tier 3, parked, excluded"),
        Column("accounts", INTEGER, "accounts"),
        Column("seats", INTEGER, "capacity, where the level has one"),
    ),
    ("position",),
    "TAM -> universe -> TAL with sizes.",
)

ALARMS = Table(
    "alarms",
    "one row per alarm",
    (
        Column("alarm", TEXT, "fit_follows_size or outward_criteria_decide"),
        Column("value", NUMBER, "rank correlation, or share of tier 1; empty when too few accounts say anything"),
        Column("bar", NUMBER, "the alarm is raised above it"),
        Column("n", INTEGER, "accounts behind it", "accounts"),
        Column("raised", BOOLEAN, "the value is above the bar"),
    ),
    ("alarm",),
    "Whether the list is more than large companies in the target industry (methods e.2). Warnings: they decide nothing.",
)

CONTENDERS = Table(
    "contenders",
    "one row per account that can reach a seat when weights stray",
    (
        ACCOUNT_ID,
        Column("segment", TEXT, "the account's segment"),
        Column("tier", TEXT, "tier", values=TIERS),
        Column("ready", BOOLEAN, "passes the readiness gate for 1:1, or the gate is advisory"),
        Column("value", NUMBER, "what the rank goes by"),
        Column("chance_to_act", NUMBER, "P(can act)", "share"),
        Column("by_value", BOOLEAN, "seats go by value and fit breaks ties; else by fit"),
        Column("position", INTEGER, "order among equals: attention, then account_id"),
        Column("first_seats", INTEGER, "seats taken in tier 1", "accounts"),
        Column("second_seats", INTEGER, "seats taken in tier 2", "accounts"),
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
    "one row per tier with seats taken",
    (
        Column("tier", TEXT, "1 or 2"),
        Column("value", NUMBER, "what the last seat went at", "model currency per account, or points"),
        Column("fit", POINTS, "fit of that account", "0-100"),
        Column("next_value", NUMBER, "value of the first account left out; empty: nobody is", "as value"),
        Column("next_fit", POINTS, "its fit", "0-100"),
        Column("by_value", BOOLEAN, "seats go by value and fit breaks ties; else by fit"),
    ),
    ("tier",),
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

APPLIED_MEMBERSHIPS = Table(
    "applied_memberships",
    "one row per account of the list that was applied last",
    (
        ACCOUNT_ID,
        Column("tier", TEXT, "tier then"),
        Column("segment", TEXT, "segment then"),
        Column("stage", TEXT, "lifecycle stage then"),
        Column("applied_at", TIMESTAMP, "when that list was applied", "UTC"),
        Column("run_id", TEXT, "run that applied it"),
    ),
    ("account_id",),
    "From the ledger, cut at as_of: who was in which tier in the list in force.",
)

SEGMENTATION_TABLES = (
    SEGMENT_MEMBERS, MEMBERS_AT_START, ACCOUNT_SEGMENTS, CANDIDATES, TIERS_TABLE, ALARMS,
    CONTENDERS, CONTENDER_SCORES, STABILITY, TIER_CUTS, LIFTS, MOVES, FUNNEL, APPLIED_MEMBERSHIPS,
)  # fmt: skip
