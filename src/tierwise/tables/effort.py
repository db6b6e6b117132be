"""What people decided about effort, and what the buyer did meanwhile: overrides, commitments, movement, stall."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
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

STAGE_SPELLS = Table(
    "stage_spells",
    "one row per deal of new business and stage it was in",
    (
        ACCOUNT_ID,
        Column("record_id", TEXT, "the opportunity's record"),
        Column("segment", TEXT, "the account's segment; empty text outside all"),
        Column("stage", TEXT, "stage, in lower case"),
        Column("entered_on", DATE, "when it entered the stage"),
        Column("days", NUMBER, "days in it; so far, where it is open", "days"),
        Column("ended", TEXT, "how that ended", values=("advance", "other", "open")),
    ),
    ("record_id", "stage", "entered_on"),
    "Time in stage, by the dated stage history. Lives while a run needs it; not published.",
)

STAGE_DAYS = Table(
    "stage_days",
    "one row per segment, stage and days",
    (
        Column("segment", TEXT, "segment; empty text: all"),
        Column("stage", TEXT, "stage, in lower case"),
        Column("days", NUMBER, "days in the stage", "days"),
        Column("advanced", INTEGER, "spells that ended with an advance"),
        Column("other", INTEGER, "spells that ended with a loss"),
        Column("open", INTEGER, "spells that go on"),
    ),
    ("segment", "stage", "days"),
    "What the times of stages are estimated from. Lives while a run needs it; not published.",
)

STAGE_TIMES = Table(
    "stage_times",
    "one row per segment and stage of deals",
    (
        Column("segment", TEXT, "segment; empty text: all together"),
        Column("stage", TEXT, "stage, in lower case"),
        Column("deals", INTEGER, "deals that were in it", "deals"),
        Column("advanced", INTEGER, "of them, those that advanced", "deals"),
        Column("median_days", NUMBER, "half of the advances are over by then; empty with too few", "days"),
        Column("slow_days", NUMBER, "four in five are (stage_times.slow); empty with too few", "days"),
    ),
    ("segment", "stage"),
    "How long an advance takes, stage by stage (Aalen and Johansen).",
)

STALL = Table(
    "stall",
    "one row per account in tiers 1 and 2, with a commitment or with an open deal",
    (
        ACCOUNT_ID,
        Column("tier", TEXT, "tier", values=TIERS),
        Column("effort", INTEGER, "what we did in the window", "touches"),
        Column("median_effort", NUMBER, "the median of these accounts", "touches"),
        Column("moved_on", DATE, "when the buyer moved last; empty: never"),
        Column("quiet_for", NUMBER, "days since then", "days"),
        Column("quiet_after", NUMBER, "days after which it is quiet", "days"),
        Column("stage", TEXT, "stage of its slowest open deal; empty without a dated one"),
        Column("days_in_stage", NUMBER, "days in it", "days"),
        Column("slow_days", NUMBER, "days from which that is slow; empty where nobody can say", "days"),
        Column("stalled", BOOLEAN, "slow, quiet, and worked on"),
        Column("advice", TEXT, "effort against movement", values=("withdraw", "keep", "feed", "leave")),
    ),
    ("account_id",),
    "Where effort meets no movement (methods h.5). Advice: nobody is moved by it.",
)

EFFORT_TABLES = (REVERTED_LIST, OVERRIDES, MOVEMENT, COMMITMENTS, STAGE_SPELLS, STAGE_DAYS, STAGE_TIMES, STALL)
