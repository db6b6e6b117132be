"""A guide for one interview, to print: what is known, contested, stale and missing at an account, and what to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierwise.core.vocabulary import ANSWERS
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Row, Rows, any_of

MOST_CONTACTS, MOST_FINDINGS = 8, 4
STATES = {
    "passes": "known, and it passes: ask last, if there is time",
    "weak": "known, and too weak to act on now",
    "contested": "contested: people there said opposite things",
    "stale": "stale: the answers are too old",
    "unknown": "asked, and nobody knew or wanted to say",
    "missing": "nobody was asked yet",
}
OPENING = {
    "contested": "People see this differently in many companies. How do you see it?",
    "stale": "Tell me how this stands today.",
    "weak": "Tell me how this stands today.",
}
RULES = (
    "Ask in this order and stop when the time is up. Read each question as it stands: it supposes no answer. Do not tell what "
    "others said. Silence is fine; so are 'I do not know' and 'I would rather not say'."
)
# What is asked first: what could change the decision.
ORDER = ("contested", "missing", "stale", "unknown", "weak", "passes")


@dataclass(frozen=True)
class Guide:
    """What an interviewer takes along; `questions` are rows of spec_dimensions with the state and findings of each."""

    account: Row
    stage: str
    standing: str
    questions: Rows
    contacts: Rows


def read_guide(listing: Listing, account_id: str) -> Guide:
    """The guide of one account of a published list."""
    mine = any_of("account_id", [account_id])
    known = {row["dimension"]: row for row in listing.rows("readiness_dimensions", mine)}
    gate = listing.model.readiness.gate
    findings = sorted(
        listing.rows("evidence", mine), key=lambda row: (row["observed_at"], row["record_id"]), reverse=True
    )
    questions = [
        {
            **row, "state": state_of(known.get(row["dimension"]), gate),
            "findings": [f for f in findings if f["dimension"] == row["dimension"]][:MOST_FINDINGS],
        }
        for row in listing.rows("spec_dimensions")
    ]  # fmt: skip
    people = [row for row in listing.rows("contacts", mine) if not row["left_company"]]
    readiness = next(iter(listing.rows("readiness", mine)), None)
    return Guide(
        account=listing.rows("accounts", mine)[0],
        stage=listing.rows("lifecycle", mine)[0]["stage"],
        standing=say.not_now(readiness, [*known.values()]),
        questions=sorted(questions, key=lambda row: (ORDER.index(row["state"]), row["position"])),
        contacts=people[:MOST_CONTACTS],
    )


def state_of(known: Mapping[str, Any] | None, gate: float) -> str:
    """What is known of a dimension, in one word of RESEARCH_STATES."""
    if known is None:
        return "missing"
    if known["contested"]:
        return "contested"
    if known["last_observed_at"] is None:
        return "stale" if known["informative"] else "unknown"
    return "passes" if known["probability"] >= gate else "weak"


def markdown(guide: Guide) -> str:
    """The guide as Markdown, with room to write."""
    account = guide.account
    name = say.harmless(account["name"] or account["account_id"])
    facts = [
        say.words(account["industry"]),
        account["country"],
        f"{account['employees']:,} employees" if account["employees"] else "",
    ]
    lines = [f"# Interview: {name}", "", ", ".join(say.harmless(fact) for fact in facts if fact), "",
             f"Stage: {say.words(guide.stage)}. Standing: {guide.standing}.", ""]  # fmt: skip
    lines += [
        RULES,
        "",
        "Respondent: ______________________  Role: owner / economic / user / outsider   Date: __________",
        "",
    ]
    for number, question in enumerate(guide.questions, 1):
        lines += _question(number, question)
    if guide.contacts:
        lines += ["## People on record", ""]
        lines += [f"- {person(row)}" for row in guide.contacts]
        lines.append("")
    key = account["domain"] or account["account_id"]
    lines += [f"Afterwards: `tierwise record evidence account={key}` asks for what you wrote down.", ""]
    return "\n".join(lines)


def person(contact: Row) -> str:
    """A contact by name and title."""
    name = " ".join(part for part in (contact["first_name"], contact["last_name"]) if part) or contact["contact_id"]
    return say.harmless(f"{name}, {contact['title']}" if contact["title"] else name)


def _question(number: int, question: Row) -> list[str]:
    lines = [f"## {number}. {question['dimension'].capitalize()}", "", f"*{STATES[question['state']]}*", ""]
    if opening := OPENING.get(question["state"]):
        lines += [f"> {opening}", ">"]
    lines += [f"> {question['question']}", ""]
    lines += [f"- {_finding(row)}" for row in question["findings"]]
    boxes = "  ".join(f"[ ] {answer}" for answer in ANSWERS)
    lines += ["", f"Write down: {boxes}", "", f"yes: {question['yes_means']}; no: says the opposite as clearly", "",
              "In their words: ____________________________________________", ""]  # fmt: skip
    return lines


def _finding(row: Row) -> str:
    who = say.words(row["role"]) if row["role"] else "role not known"
    quote = f': "{say.harmless(row["quote"])}"' if row["quote"] else ""
    return f"{say.day(row['observed_at'])}, {who}, {say.words(row['method'])}: {say.words(row['answer'])}{quote}"
