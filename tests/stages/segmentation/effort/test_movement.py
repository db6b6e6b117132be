"""What the buyer did: stages entered for the first time, people who turned up, meetings, answers (methods h.5)."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from tests.steps import run

DEAL = {"account_id": "a", "source": "crm", "opportunity_key": "1"}


def entered(stage: str, day: int) -> dict[str, Any]:
    return {"source": "crm", "opportunity_key": "1", "stage": stage, "entered_at": datetime(2024, 5, day)}


def moved(**given: Any) -> list[tuple[date, str]]:
    rows = run("movement", given=given)["movement"]
    return [(row["moved_on"], row["kind"]) for row in rows]


def test_a_stage_counts_once_and_lost_never() -> None:
    history = [entered("Discovery", 1), entered("Proposal", 9), entered("discovery ", 12), entered("Closed Lost", 20)]
    assert moved(opportunities=[DEAL], landing_stage_history=history) == [
        (date(2024, 5, 1), "stage_advance"), (date(2024, 5, 9), "stage_advance"),
    ]  # fmt: skip


def test_somebody_new_counts_once_and_our_own_mails_never() -> None:
    def mail(person: str, day: int, direction: str = "inbound", kind: str = "email") -> dict[str, Any]:
        return {"account_id": "a", "source": "crm", "email": person, "kind": kind, "direction": direction,
                "occurred_at": datetime(2024, 5, day)}  # fmt: skip

    sources = [{"source": "crm", "key_space": "crm", "priority": 1}]
    people = [{"contact_id": f"{name}@a.com", "account_id": "a", "function": function}
              for name, function in (("ann", "Finance"), ("bob", "finance"), ("cy", None))]  # fmt: skip
    keys = [{"key_space": "e-mail", "contact_key": p["contact_id"], "contact_id": p["contact_id"]} for p in people]
    touches = [mail("ann@a.com", 2), mail("ann@a.com", 3), mail("bob@a.com", 4), mail("cy@a.com", 5),
               mail("x@a.com", 6), mail("dee@a.com", 7, "outbound"), mail("dee@a.com", 8, "outbound", "Meeting")]  # fmt: skip
    assert moved(activities=touches, spec_sources=sources, contacts=people, contact_keys=keys) == [
        (date(2024, 5, 2), "person_engaged"), (date(2024, 5, 5), "person_engaged"), (date(2024, 5, 6), "person_engaged"),
        (date(2024, 5, 8), "next_step_kept"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "role", "counts"),
    # prior .35: yes of the owner -> .753 (+.40); of a user (.7) -> .645; of hearsay (.4) -> .519 (+.17, too little)
    [("yes", "owner", True), ("yes", "user", True), ("yes", "hearsay", False), ("no", "owner", False),
     ("unknown", "owner", False)],
)  # fmt: skip
def test_an_answer_counts_when_it_would_raise_its_dimension_by_a_fifth(answer: str, role: str, counts: bool) -> None:
    finding = {
        "account_id": "a",
        "answer": answer,
        "role": role,
        "dimension": "timing",
        "observed_at": datetime(2024, 5, 1),
    }
    assert bool(moved(evidence=[finding])) == counts
