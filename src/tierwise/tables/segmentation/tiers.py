"""Who may have a seat, and which tier each account has."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, POINTS, TEXT, Column, Table
from tierwise.core.vocabulary import TIERS, VERDICTS
from tierwise.tables.accounts import ACCOUNT_ID

KEPT_BY = ("rank", "band", "confirmation", "dwell", "override")

_ASSESSED = (
    ACCOUNT_ID,
    Column("team", TEXT, "team whose capacity it would take; empty text where the company has one, null without any"),
    Column("segment", TEXT, "the account's segment; empty outside the universe"),
    Column("verdict", TEXT, "verdict on its profile", values=VERDICTS),
    Column("stage", TEXT, "lifecycle stage"),
    Column("intent", POINTS, "intent; 0 without signals", "0-100"),
    Column("attention", POINTS, "intent as far as it ranks: 0 where fit holds it already, and unless two families or two "
           "people show it without bought signals", "0-100"),
    Column("chance_to_act", NUMBER, "P(can act): from evidence, else the prior; 1 while the gate is advisory", "share"),
    Column("interest", NUMBER, "how far its value counts: 1 with full attention, `quiet` without any", "share"),
    Column("standing", TEXT, "eligible, parked or excluded"),
    Column("standing_reason", TEXT, "why it is parked or excluded"),
    Column("wake_on", DATE, "when a parked account is looked at again"),
    Column("ready_one_to_one", BOOLEAN, "passes the readiness gate for 1:1, or the gate is advisory"),
    Column("seat_lost", TEXT, "why it would lose a seat of tier 1 at once: nobody was asked, or the evidence says no"),
    Column("readiness_known", BOOLEAN, "there is evidence on all four dimensions, from people enough for 1:few"),
    Column("gate_block", TEXT, "what keeps the gate closed"),
    Column("override", TEXT, "tier of an override in force, unless a hard exit forbids it", values=TIERS),
)  # fmt: skip

STANDINGS = Table(
    "standings",
    "one row per account",
    (
        *_ASSESSED,
        Column("profile_value", NUMBER, "CLV x win rate of its profile; empty where the company knows no CLV",
               "model currency per account"),
        Column("profile_block", TEXT, "the verdict that keeps it out of tiers 1 and 2: verdict:<verdict>"),
        Column("putting_back", BOOLEAN, "an earlier list is being put back, and nobody else is seated"),
    ),
    ("account_id",),
    "Where each account stands, whatever its fit: other weights of the scorecard leave it as it is.",
)  # fmt: skip

CANDIDATES = Table(
    "candidates",
    "one row per account",
    (
        *_ASSESSED,
        Column("fit", POINTS, "fit", "0-100"),
        Column("value", NUMBER, "what the rank goes by: CLV x win rate x P(can act) x interest; fit where there is no CLV",
               "model currency per account, or points"),
        Column("open_value", NUMBER, "the same with the gate open (P(can act) = 1)"),
        Column("seatable", BOOLEAN, "its profile may be seated in tiers 1 and 2"),
        Column("seat_block", TEXT, "what keeps it out of them: verdict:<verdict>, not_scorable, no_team"),
    ),
    ("account_id",),
    "Everything that the tiers look at, before capacity.",
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

TIERS_TABLES = (STANDINGS, CANDIDATES, PARKED, TIERS_TABLE)
