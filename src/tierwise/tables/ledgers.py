"""What people said and what we decided: one table per ledger, as known at a day. Rows are appended; a correction is a new row.

Every ledger also has the RECORDED columns. A row that a later one corrects or withdraws is left out from that row's day on.
"""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, TIMESTAMP, Column, Table
from tierwise.core.vocabulary import (
    ANSWERS,
    DIMENSIONS,
    EVIDENCE_METHODS,
    EXCLUSION_CAUSES,
    RESPONDENT_ROLES,
    STANCES,
    TIERS,
)
from tierwise.tables.accounts import ACCOUNT_ID

RECORDED = (
    Column("entry", INTEGER, "number of the row in the workspace; what a correction names"),
    Column("known_at", TIMESTAMP, "since when the company knows it: the moment of recording, or the day given", "UTC"),
    Column("recorder", TEXT, "who wrote it down"),
)


def ledger(name: str, grain: str, *columns: Column, meaning: str) -> Table:
    """The table of a ledger: its own columns, then those of every recorded row."""
    return Table(name, grain, columns + RECORDED, ("entry",), meaning)


RECORDED_EVIDENCE = ledger(
    "recorded_evidence",
    "one row per finding that was recorded here, from one person on one dimension",
    ACCOUNT_ID,
    Column("respondent", TEXT, "who answered, named or anonymous", required=True),
    Column("anonymous", BOOLEAN, "the respondent's name is not kept: a number stands for it"),
    Column("role", TEXT, "the respondent's role in the decision", values=RESPONDENT_ROLES),
    Column("stance", TEXT, "what the respondent does with a change", values=STANCES),
    Column("method", TEXT, "how it was asked", values=EVIDENCE_METHODS),
    Column("interviewer", TEXT, "who asked"),
    Column("dimension", TEXT, "dimension of readiness", required=True, values=DIMENSIONS),
    Column("answer", TEXT, "what was answered; unknown is an answer, not a no", required=True, values=ANSWERS),
    Column("quote", TEXT, "verbatim"),
    Column("observed_at", TIMESTAMP, "when it was said", "UTC", required=True),
    Column("expires_on", DATE, "day after which it no longer counts; empty: by its dimension"),
    meaning="Primary research recorded with `tierwise record evidence`; evidence that files bring is landed.",
)

RECORDED_OVERRIDES = ledger(
    "recorded_overrides",
    "one row per decision to put an account into a tier, whatever its rank",
    ACCOUNT_ID,
    Column("tier", TEXT, "tier it is to be in", required=True, values=TIERS),
    Column("reason", TEXT, "why; it is counted and read in reviews", required=True),
    Column("expires_on", DATE, "last day on which it counts", required=True),
    meaning="Overrides by hand: within capacity, after the hard exits, and never for ever.",
)

RECORDED_COMMITMENTS = ledger(
    "recorded_commitments",
    "one row per start, renewal or end of a commitment",
    ACCOUNT_ID,
    Column("action", TEXT, "what is decided", required=True, values=("start", "renew", "end")),
    Column("starts_on", DATE, "first day; of an end, the day on which it ends", required=True),
    Column("ends_on", DATE, "last day; empty: as long as the model says (commitments.days)"),
    Column("budget_hours", NUMBER, "hours that may be spent in the period", "hours"),
    Column("exit_criteria", TEXT, "what would end it early"),
    Column("evidence", TEXT, "what it is founded on"),
    meaning="Commitments: resources promised to an account for a time (methods h.4).",
)

RECORDED_CRITERIA = ledger(
    "recorded_criteria",
    "one row per thing that makes a seller chase or drop an account",
    Column("seller", TEXT, "who says so", required=True),
    Column("verdict", TEXT, "chase; drop; bad_fit: it looks good on paper but is not", required=True,
           values=("chase", "drop", "bad_fit")),
    Column("words", TEXT, "what the seller looks at, in their own words", required=True),
    Column("condition", TEXT, "the same as a condition of the model, where one is known"),
    Column("example", TEXT, "an account that shows it"),
    meaning="What sellers look at, for the scorecard to be made of (`tierwise criteria`).",
)  # fmt: skip

RECORDED_RATINGS = ledger(
    "recorded_ratings",
    "one row per person and account that they rated blind",
    ACCOUNT_ID,
    Column("rater", TEXT, "who rates", required=True),
    Column(
        "rating",
        INTEGER,
        "how much they would want it: 0 drop it, 5 drop everything else for it; empty: not rated",
        "0-5",
    ),
    Column("comment", TEXT, "why"),
    meaning="Blind ratings: people see who the company is and not what the model thinks (`tierwise calibrate`).",
)

RECORDED_PARKING = ledger(
    "recorded_parking",
    "one row per decision to set an account aside for now",
    ACCOUNT_ID,
    Column("reason", TEXT, "why not now", required=True),
    Column("dimension", TEXT, "dimension of readiness that is missing", values=DIMENSIONS),
    Column("wake_on", DATE, "day on which to look again", required=True),
    Column("wake_signals", TEXT, "signals of the model that wake it earlier, with commas between"),
    Column("contract_ends_on", DATE, "end of the contract with the competitor that it chose"),
    meaning="Accounts that are parked by hand: worth it, not now. They keep their fit and their history.",
)

RECORDED_EXCLUSIONS = ledger(
    "recorded_exclusions",
    "one row per decision that an account will never be worth it",
    ACCOUNT_ID,
    Column("cause", TEXT, "what it is by its nature", required=True, values=EXCLUSION_CAUSES),
    Column("reason", TEXT, "what was found", required=True),
    meaning="Accounts that are excluded by hand: not ever, for a structural cause. Withdraw the entry to take it back.",
)

RECORDED_JUDGEMENTS = ledger(
    "recorded_judgements",
    "one row per judgement whether two keys are of one company",
    Column("decision", TEXT, "same, different, or split: the first key is taken out of the group of the second", required=True,
           values=("same", "different", "split")),
    Column("left_key", TEXT, "one key, as 'source:key' or 'domain:acme.com'", required=True),
    Column("right_key", TEXT, "the other key", required=True),
    Column("together", TEXT, "of a split: the first of the keys that are taken out together; empty: this one"),
    Column("note", TEXT, "why"),
    meaning="Which records are of one company, as people judged it (`tierwise matches`). Every later list obeys.",
)  # fmt: skip

# The ledger's name for users -> its table.
LEDGERS = {
    "evidence": RECORDED_EVIDENCE, "override": RECORDED_OVERRIDES, "commitment": RECORDED_COMMITMENTS,
    "criterion": RECORDED_CRITERIA, "rating": RECORDED_RATINGS,
    "parking": RECORDED_PARKING, "exclusion": RECORDED_EXCLUSIONS, "judgement": RECORDED_JUDGEMENTS,
}  # fmt: skip
LEDGER_TABLES = tuple(LEDGERS.values())
