"""How seats are given: capacity, the order of the queue, who sits, and who is next."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, POINTS, TEXT, Column, Table
from tierwise.core.vocabulary import RESOURCES, TIERS
from tierwise.tables.accounts import ACCOUNT_ID
from tierwise.tables.segmentation.tiers import KEPT_BY

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
    Column("override", TEXT, "tier of an override in force; those come first", values=TIERS),
)

RANKED = Table(
    "ranked",
    "one row per eligible account",
    (
        *_LINE,
        Column("class", INTEGER, "1 and 2: an override into that tier, before all others"),
        Column("open_value", NUMBER, "the value with the gate open"),
        Column("fit", POINTS, "fit, which decides between equal values", "0-100"),
        Column("attention", POINTS, "intent as far as it ranks, which decides after fit", "0-100"),
        Column("seatable", BOOLEAN, "its profile may be seated in tiers 1 and 2"),
        Column("turn_one", INTEGER, "place among those that may take an empty seat of tier 1"),
        Column("turn_few", INTEGER, "place among those that may take one of tier 2"),
    ),
    ("account_id",),
    "The eligible in the order of their value. Lives while a run needs it; not published.",
)

QUEUE = Table(
    "queue",
    "one row per account that sits, or that capacity could reach",
    (
        *_LINE,
        Column("open_rank", INTEGER, "place among the rows of this table if the readiness gate were open"),
        Column("dwells", BOOLEAN, "has not sat for the least time yet"),
    ),
    ("account_id",),
    "Who is in line for a seat. Its size depends on capacity, not on the market.",
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

SEATS_TABLES = (CAPACITY, HOURS, REVIEW, RANKED, QUEUE, FIRST_SEATS, SECOND_SEATS, SEATINGS, SEATS)
