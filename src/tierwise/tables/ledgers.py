"""What people said and what we decided: one table per ledger, as known at a day. Rows are appended; a correction is a new row.

Every ledger also has the RECORDED columns. A row that a later one corrects or withdraws is left out from that row's day on.
"""

from __future__ import annotations

from tierwise.core.table import DATE, INTEGER, TEXT, TIMESTAMP, Column, Table
from tierwise.core.vocabulary import ANSWERS, DIMENSIONS, EVIDENCE_METHODS, RESPONDENT_ROLES
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
    Column("role", TEXT, "the respondent's role in the decision", values=RESPONDENT_ROLES),
    Column("method", TEXT, "how it was asked", values=EVIDENCE_METHODS),
    Column("dimension", TEXT, "dimension of readiness", required=True, values=DIMENSIONS),
    Column("answer", TEXT, "what was answered; unknown is an answer, not a no", required=True, values=ANSWERS),
    Column("quote", TEXT, "verbatim"),
    Column("observed_at", TIMESTAMP, "when it was said", "UTC", required=True),
    Column("expires_on", DATE, "day after which it no longer counts; empty: by its dimension"),
    meaning="Primary research recorded with `tierwise record evidence`; evidence that files bring is landed.",
)

# The ledger's name for users -> its table.
LEDGERS = {"evidence": RECORDED_EVIDENCE}
LEDGER_TABLES = tuple(LEDGERS.values())
