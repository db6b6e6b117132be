"""What people decided about effort, and what the buyer did meanwhile: overrides, commitments, movement, stall."""

from __future__ import annotations

from tierwise.core.table import DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import COMMITMENT_STATES, MOVEMENTS, TIERS
from tierwise.tables.accounts import ACCOUNT_ID

REVERTED_LIST = Table(
    "reverted_list",
    "one row per account of tiers 1 and 2 on the earlier list that is put back, and of those that are there now",
    (
        ACCOUNT_ID,
        Column("tier", TEXT, "tier on that list", values=TIERS),
        Column("run_id", TEXT, "run that published it"),
    ),
    ("account_id",),
    "What `tierwise revert` puts back; empty in every other run.",
)

OVERRIDES = Table(
    "overrides",
    "one row per account with an override in force",
    (
        ACCOUNT_ID,
        Column("tier", TEXT, "tier that was asked for", values=TIERS),
        Column("reason", TEXT, "why"),
        Column("expires_on", DATE, "last day on which it counts"),
        Column("recorder", TEXT, "who decided; empty where an earlier list is put back"),
        Column("entry", INTEGER, "entry of the ledger `override`"),
        Column("put_back", TEXT, "run whose list is put back"),
    ),
    ("account_id",),
    "Decisions of people that go before the rank, within capacity and after the hard exits.",
)

MOVEMENT = Table(
    "movement",
    "one row per account, day and kind",
    (
        ACCOUNT_ID,
        Column("moved_on", DATE, "day"),
        Column("kind", TEXT, "what the buyer did", values=MOVEMENTS),
        Column("n", INTEGER, "how often that day"),
    ),
    ("account_id", "moved_on", "kind"),
    "What effort is measured against (methods h.5). Not the same as a move, which is a change of tier.",
)

COMMITMENTS = Table(
    "commitments",
    "one row per account to which resources were ever promised",
    (
        ACCOUNT_ID,
        Column("state", TEXT, "committed; lapsed: its time is over; ended: a person ended it", values=COMMITMENT_STATES),
        Column("starts_on", DATE, "first day of the commitment"),
        Column("period_from", DATE, "first day of the period that counts now: the start, or the last renewal"),
        Column("ends_on", DATE, "last day"),
        Column("over_since", DATE, "first day without it; empty while committed"),
        Column("budget_hours", NUMBER, "hours promised for the period", "hours"),
        Column("exit_criteria", TEXT, "what would end it early"),
        Column("evidence", TEXT, "what it was founded on"),
        Column("renewals", INTEGER, "renewals that count"),
        Column("renewed_by", DATE, "day of the newest evidence behind the last of them"),
        Column("refused", TEXT, "why the last renewal does not count; empty when it does",
               values=("no_new_evidence", "needs_override", "too_late")),
        Column("recorder", TEXT, "who committed"),
    ),
    ("account_id",),
    "Screened is the rule, committed is a promise with an end (methods h.4). Accounts without a row are screened.",
)  # fmt: skip

EFFORT_TABLES = (REVERTED_LIST, OVERRIDES, MOVEMENT, COMMITMENTS)
