"""What a list says and changes: memberships, moves, the funnel, alarms, and the lists before it."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.tables.accounts import ACCOUNT_ID

# What the ledger keeps about an account's seat.
SEAT = (
    Column("team", TEXT, "team whose seat it has"),
    Column("tier_since", DATE, "day of the list on which it came into its tier"),
    Column("left_one_on", DATE, "day on which it last lost a seat of tier 1 by rank"),
    Column("left_few_on", DATE, "day on which it last lost a seat of tier 2 by rank"),
    Column("reviewed_on", DATE, "day of the last review of the seats, where it sits"),
    Column("reviews_beyond", INTEGER, "reviews in a row that found it beyond the place down to which seats are kept"),
)
KEPT = (*SEAT, Column("cluster", TEXT, "its cluster, in tier 2"))
MOVE = (
    ACCOUNT_ID,
    Column("from_tier", TEXT, "tier before; empty when the account is new"),
    Column("to_tier", TEXT, "tier now; empty when the account is gone"),
    Column("from_segment", TEXT, "segment before"),
    Column("to_segment", TEXT, "segment now"),
    Column("from_stage", TEXT, "lifecycle stage before"),
    Column("to_stage", TEXT, "lifecycle stage now"),
    Column("reason", TEXT, "what caused it"),
)
MOVED = Column("moved", BOOLEAN, "tier, segment or stage changed; else only what the ledger keeps about the seat")

NOW_AND_THEN = Table(
    "now_and_then",
    "one row per account that the list moves, whose seat is not as before, or that may change its cluster",
    (
        *MOVE,
        MOVED,
        Column(
            "differs",
            BOOLEAN,
            "the account stays on the list, and what the ledger keeps about its seat is not as before",
        ),
        *SEAT,
        Column("known_cluster", TEXT, "its cluster in the list in force"),
    ),
    ("account_id",),
    "This list beside the one in force. Lives while a run needs it; not published.",
)

MEMBERSHIPS = Table(
    "memberships",
    "one row per account that the list moves, or that sits and was reviewed",
    (*MOVE, MOVED, *KEPT),
    ("account_id",),
    "What `apply` appends to the ledger of applied memberships.",
)

MOVES = Table(
    "moves",
    "one row per account whose tier, segment or stage changed since the list that was applied last",
    MOVE,
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

LISTS_TABLES = (NOW_AND_THEN, MEMBERSHIPS, MOVES, FUNNEL, ALARMS, APPLIED_MEMBERSHIPS, EARLIER_MEMBERSHIPS)
