"""Where effort goes: segments, tiers within capacity, and what moved.

Size: the tables of one stage, column by column; nothing here decides anything.
"""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, POINTS, TEXT, Column, Table
from tierwise.core.vocabulary import LIFT_KINDS, RESOURCES, STANDINGS, TIERS, VERDICTS
from tierwise.tables.accounts import ACCOUNT_ID

KEPT_BY = ("rank", "band", "confirmation", "dwell", "override")
# What the ledger keeps about an account's seat.
KEPT = (
    Column("team", TEXT, "team whose seat it has"),
    Column("tier_since", DATE, "day of the list on which it came into its tier"),
    Column("left_one_on", DATE, "day on which it last lost a seat of tier 1 by rank"),
    Column("left_few_on", DATE, "day on which it last lost a seat of tier 2 by rank"),
    Column("reviewed_on", DATE, "day of the last review of the seats, where it sits"),
    Column("reviews_beyond", INTEGER, "reviews in a row that found it beyond the place down to which seats are kept"),
    Column("cluster", TEXT, "its cluster, in tier 2"),
)

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
        Column("team", TEXT, "team whose capacity it would take; empty text where the company has one, null without any"),
        Column("segment", TEXT, "the account's segment; empty outside the universe"),
        Column("verdict", TEXT, "verdict on its profile", values=VERDICTS),
        Column("stage", TEXT, "lifecycle stage"),
        Column("fit", POINTS, "fit", "0-100"),
        Column("intent", POINTS, "intent; 0 without signals", "0-100"),
        Column("attention", POINTS, "intent as far as it ranks: 0 where fit holds it already, and unless two families or two "
               "people show it without bought signals", "0-100"),
        Column("chance_to_act", NUMBER, "P(can act): from evidence, else the prior; 1 while the gate is advisory", "share"),
        Column("interest", NUMBER, "how far its value counts: 1 with full attention, `quiet` without any", "share"),
        Column("value", NUMBER, "what the rank goes by: CLV x win rate x P(can act) x interest; fit where there is no CLV",
               "model currency per account, or points"),
        Column("open_value", NUMBER, "the same with the gate open (P(can act) = 1)"),
        Column("standing", TEXT, "eligible, parked or excluded"),
        Column("standing_reason", TEXT, "why it is parked or excluded"),
        Column("wake_on", DATE, "when a parked account is looked at again"),
        Column("seatable", BOOLEAN, "its profile may be seated in tiers 1 and 2"),
        Column("seat_block", TEXT, "what keeps it out of them: verdict:<verdict>, not_scorable, no_team"),
        Column("ready_one_to_one", BOOLEAN, "passes the readiness gate for 1:1, or the gate is advisory"),
        Column("seat_lost", TEXT, "why it would lose a seat of tier 1 at once: nobody was asked, or the evidence says no"),
        Column("readiness_known", BOOLEAN, "there is evidence on all four dimensions, from people enough for 1:few"),
        Column("gate_block", TEXT, "what keeps the gate closed"),
        Column("override", TEXT, "tier of an override in force, unless a hard exit forbids it", values=TIERS),
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
        Column("team", TEXT, "team whose capacity it takes"),
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
        Column("kept_by", TEXT, "why it keeps its seat: its rank, the band below, reviews yet to confirm, the dwell, an "
               "override; empty where it did not sit there", values=KEPT_BY),
        Column("since", DATE, "day of the list on which it came into its tier"),
        Column("blocked_by", TEXT, "what keeps it from the tier above"),
        Column("first_question", TEXT, "the first thing to ask, where readiness is not known"),
        Column("wake_on", DATE, "when a parked account is looked at again"),
    ),
    ("account_id",),
    "Where effort goes, within capacity (methods h.2).",
)  # fmt: skip

PARKED = Table(
    "parked",
    "one row per account that a person ever set aside",
    (
        ACCOUNT_ID,
        Column("dimension", TEXT, "dimension of readiness that is missing"),
        Column("reason", TEXT, "why not now"),
        Column(
            "wake_on",
            DATE,
            "day on which to look again: the one given, or some time before a competitor's contract ends",
        ),
        Column("wake_signals", TEXT, "signals that wake it earlier"),
        Column("woken_by", TEXT, "the first of them that happened since; bought signals wake nobody"),
        Column("rests", BOOLEAN, "it is still set aside"),
        Column("recorder", TEXT, "who decided"),
        Column("entry", INTEGER, "entry of the ledger `parking`"),
    ),
    ("account_id",),
    "Accounts that are set aside by hand, and what wakes them (methods h.6).",
)

REVIEW = Table(
    "review",
    "one row",
    (
        Column("last_on", DATE, "day of the last review of the seats; empty before the first"),
        Column("due", BOOLEAN, "this run is a review"),
        Column("next_on", DATE, "day from which the next one counts, seen from the last"),
    ),
    meaning="Whether accounts may lose their seat to better ones on this list (methods h.3).",
)

_LINE = (
    ACCOUNT_ID,
    Column("team", TEXT, "team whose capacity it would take"),
    Column("rank", INTEGER, "place among the eligible accounts by value"),
    Column("value", NUMBER, "what the rank goes by"),
    Column("ready_one_to_one", BOOLEAN, "passes the readiness gate for 1:1, or the gate is advisory"),
    Column("tier_since", DATE, "day on which it came into the tier of the last list"),
    Column("reviews_beyond", INTEGER, "reviews in a row that found it beyond the place down to which seats are kept"),
    Column("commitment_over", BOOLEAN, "a commitment to it lapsed or was ended since it took its seat"),
    Column("cools_one", BOOLEAN, "lost a seat of tier 1 or 2 a short while ago"),
    Column("cools_few", BOOLEAN, "lost a seat of tier 2 a short while ago"),
    Column("stays_one", BOOLEAN, "sits in tier 1 and nothing takes the seat at once"),
    Column("stays_few", BOOLEAN, "the same in tier 2"),
    Column("place_one", INTEGER, "place among those that compete for tier 1"),
    Column("place_few", INTEGER, "place among those that compete for tiers 1 and 2"),
    Column("open_rank", INTEGER, "the rank if the readiness gate were open"),
    Column("override", TEXT, "tier of an override in force; those come first", values=TIERS),
)

RANKED = Table(
    "ranked",
    "one row per eligible account",
    (
        *_LINE,
        Column("open_value", NUMBER, "the value with the gate open"),
        Column("seatable", BOOLEAN, "its profile may be seated in tiers 1 and 2"),
        Column("turn_one", INTEGER, "place among those that may take an empty seat of tier 1"),
        Column("turn_few", INTEGER, "place among those that may take one of tier 2"),
        Column("turn_open", INTEGER, "the same if the gate were open"),
    ),
    ("account_id",),
    "The eligible in the order of their value. Lives while a run needs it; not published.",
)

QUEUE = Table(
    "queue",
    "one row per account that sits, or that capacity could reach",
    (*_LINE, Column("dwells", BOOLEAN, "has not sat for the least time yet")),
    ("account_id",),
    "Who is in line for a seat. Its size depends on capacity, not on the market.",
)

CAPACITY = Table(
    "capacity",
    "one row per team and tier",
    (
        Column("team", TEXT, "team; empty text where the company names none"),
        Column("tier", TEXT, "1 or 2"),
        Column("seats", INTEGER, "seats, as declared or as the hours allow", "accounts"),
    ),
    ("team", "tier"),
    "How many accounts can be treated.",
)

HOURS = Table(
    "hours",
    "one row per team and resource that it counts in hours",
    (
        Column("team", TEXT, "team; empty text where the company names none"),
        Column("resource", TEXT, "people, research, content or executives", values=RESOURCES),
        Column("hours", NUMBER, "hours that there are", "hours per quarter"),
        Column("used", NUMBER, "hours that the seats take", "hours per quarter"),
        Column("more", NUMBER, "hours more, as many as one account takes", "hours per quarter"),
        Column("brings", NUMBER, "what they would bring; 0 where another resource is the scarce one", "as the value"),
    ),
    ("team", "resource"),
    "What capacity in hours is spent on, and which resource is scarce.",
)

SEATS = Table(
    "seats",
    "one row per team and tier",
    (
        Column("team", TEXT, "team; empty text where the company names none"),
        Column("tier", TEXT, "1 or 2"),
        Column("seats", INTEGER, "seats", "accounts"),
        Column("taken", INTEGER, "accounts that sit there", "accounts"),
        Column("empty", INTEGER, "empty seats", "accounts"),
        Column(
            "kept", INTEGER, "of them, those that keep the seat beyond the places that it is entered by", "accounts"
        ),
        Column("next_account_id", TEXT, "the first account left out: who would take one more seat"),
        Column("next_value", NUMBER, "its value"),
        Column("price", NUMBER, "what one more seat would bring: its value times what the effort adds"),
        Column(
            "unit", TEXT, "what values and prices are in: money of the model, or points of fit", values=("money", "fit")
        ),
        Column(
            "empty_because", TEXT, "where seats are empty: what keeps most accounts out, as in `blocked_by` of tiers"
        ),
        Column("empty_accounts", INTEGER, "accounts that it keeps out", "accounts"),
    ),
    ("team", "tier"),
    "The board: who has the seats, who is next, and what the next seat would bring.",
)

_TAKEN = (
    ACCOUNT_ID,
    Column("team", TEXT, "team"),
    Column("held", BOOLEAN, "keeps a seat of an earlier list"),
    Column("leaves", BOOLEAN, "loses one"),
    Column("reviews", INTEGER, "reviews in a row, this one included, that found it beyond its place"),
    Column("kept_by", TEXT, "why it keeps its seat", values=KEPT_BY),
    Column("seated", BOOLEAN, "sits there on this list"),
)
FIRST_SEATS, SECOND_SEATS = (
    Table(
        name,
        "one row per account of the queue",
        _TAKEN,
        ("account_id",),
        f"Who sits in tier {tier}, by the rules. Lives while a run needs it; not published.",
    )
    for name, tier in (("first_seats", "1"), ("second_seats", "2"))
)

SEATINGS = Table(
    "seatings",
    "one row per account of the queue",
    (
        ACCOUNT_ID,
        Column("team", TEXT, "team"),
        Column("tier", TEXT, "tier in which it sits, empty without a seat"),
        Column("tier_gate_open", TEXT, "the same with the readiness gate open"),
        Column("kept_by", TEXT, "why it keeps its seat", values=KEPT_BY),
        Column("left_tier", TEXT, "tier whose seat it loses by rank on this list"),
        Column("reviews_beyond", INTEGER, "reviews in a row, this one included, that found it beyond its place"),
    ),
    ("account_id",),
    "Who sits where, before everything else is said about it. Lives while a run needs it; not published.",
)

MEMBERSHIPS = Table(
    "memberships",
    "one row per account that the list moves, or that sits and was reviewed",
    (
        ACCOUNT_ID,
        Column("from_tier", TEXT, "tier before; empty when the account is new"),
        Column("to_tier", TEXT, "tier now; empty when the account is gone"),
        Column("from_segment", TEXT, "segment before"),
        Column("to_segment", TEXT, "segment now"),
        Column("from_stage", TEXT, "lifecycle stage before"),
        Column("to_stage", TEXT, "lifecycle stage now"),
        Column("moved", BOOLEAN, "tier, segment or stage changed; else only what the ledger keeps about the seat"),
        Column("reason", TEXT, "what caused it"),
        *KEPT,
    ),
    ("account_id",),
    "What `apply` appends to the ledger of applied memberships.",
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
        Column("alarm", TEXT, "fit_follows_size, outward_criteria_decide or too_many_one_to_one"),
        Column(
            "value", NUMBER, "rank correlation, share of tier 1, or seats; empty when too few accounts say anything"
        ),
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

APPLIED_MEMBERSHIPS = Table(
    "applied_memberships",
    "one row per account of the list that was applied last",
    (
        ACCOUNT_ID,
        Column("tier", TEXT, "tier then"),
        Column("segment", TEXT, "segment then"),
        Column("stage", TEXT, "lifecycle stage then"),
        *KEPT,
    ),
    ("account_id",),
    "From the ledger, cut at as_of: who was in which tier in the list in force.",
)

EARLIER_MEMBERSHIPS = Table(
    "earlier_memberships",
    "one row per account of the last list of an earlier day",
    APPLIED_MEMBERSHIPS.columns,
    ("account_id",),
    "From the ledger, cut at the day before: what seats, reviews and cooldowns are judged by. Two lists of one day do not "
    "add up: the later one replaces the earlier.",
)

SEGMENTATION_TABLES = (
    SEGMENT_MEMBERS, MEMBERS_AT_START, ACCOUNT_SEGMENTS, PARKED, CANDIDATES, REVIEW, RANKED, QUEUE, CAPACITY, HOURS,
    FIRST_SEATS, SECOND_SEATS,
    SEATINGS, TIERS_TABLE, SEATS, ALARMS, CONTENDERS, CONTENDER_SCORES, STABILITY, TIER_CUTS, LIFTS, MEMBERSHIPS, MOVES, FUNNEL,
    APPLIED_MEMBERSHIPS, EARLIER_MEMBERSHIPS,
)  # fmt: skip
