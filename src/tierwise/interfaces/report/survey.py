"""A sheet for answers: one row per account, person and question, to be filled in and recorded as evidence."""

from __future__ import annotations

from tierwise.interfaces.report.guide import person
from tierwise.interfaces.report.listing import Listing, Row, Rows

# The fields of the ledger of evidence, with the question and who the person is in between for whoever fills it in.
COLUMNS = ("account", "name", "respondent", "anonymous", "role", "stance", "method", "interviewer", "observed_at", "dimension",
           "question", "answer", "quote")  # fmt: skip


def sheet(listing: Listing, listed: Rows) -> tuple[tuple[str, ...], Rows]:
    """Headings and rows for the accounts of the research list: its people, as many as are to be asked, and what to ask.

    Without people on record a row leaves the respondent open. A row without an answer is passed over when it is recorded.
    """
    questions = listing.rows("spec_dimensions")
    contacts = listing.by_account("contacts", [row["account_id"] for row in listed])
    rows = []
    for row in listed:
        known = [person(one) for one in contacts.get(row["account_id"], []) if not one["left_company"]]
        people = (known + [""] * row["people"])[: row["people"]]
        for who in people:
            rows += [_row(row, who, one) for one in _asked(row, questions)]
    return COLUMNS, rows


def _asked(row: Row, questions: Rows) -> Rows:
    """All questions, the one to begin with first; only that one where it is all there is to ask."""
    first = [one for one in questions if one["dimension"] == row["dimension"]]
    if row["ask"] == "question":
        return first
    return first + sorted((one for one in questions if one not in first), key=lambda one: one["position"])


def _row(row: Row, who: str, question: Row) -> dict[str, str]:
    filled = {
        "account": row["account_id"], "name": row["name"], "respondent": who, "method": "survey",
        "dimension": question["dimension"], "question": question["question"],
    }  # fmt: skip
    return {name: filled.get(name, "") for name in COLUMNS}
