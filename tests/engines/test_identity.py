"""Matching and joining are the same rows on PostgreSQL: plain words, slips of the pen, windows, chains of links.

On Spark they run with the whole flow (test_flow).
"""

from __future__ import annotations

import pytest
import tests.steps
from tests.engines.test_contradictions import Lent
from tests.stages.accounts.test_identity import OTHERS
from tests.steps import Results, run

from tierwise.engines.base import Engine
from tierwise.pipeline.flow import FLOW

STEPS = ("key_groups", *(step.name for step in FLOW if step.section in ("identity", "joining")))
RECORDS = [
    *OTHERS,
    ("a", "Foxtrail Tools GmbH", "foxtrailtools.de", "Germany", "Berlin"),
    ("b", "FOXTRAIL TOOLS", None, "Germany", "Berlin"),
    ("c", "Foxtrial Tools AG", None, "Germany", None),
    ("d", "Ossendrecht Series 1", "ossendrecht.nl", "Netherlands", None),
    ("e", "Osendrecht Series 2 B.V.", "ossendrecht.com", None, None),
    ("f", "Éclair d'Or S.A.", None, "France", "Lyon"),
    ("g", "ECLAIR D OR", "eclairdor.fr", "France", "Lyon"),
]


def found() -> Results:
    accounts = [
        {
            "record_id": key, "source": "crm", "account_key": key, "name": name, "domain_key": domain, "country": country,
            "city": city,
        }
        for key, name, domain, country, city in RECORDS
    ]  # fmt: skip
    # A second name of one company: of several, the two most alike are compared.
    accounts.append({**accounts[-1], "record_id": "g2", "name": "Eclair d'Or Holding"})
    judged = [("same", "crm:d", "crm:e"), ("different", "crm:a", "crm:b"), ("same", "crm:a", "crm:c")]
    judgements = [
        {"entry": entry, "decision": decision, "left_key": left, "right_key": right, "recorder": "Ann"}
        for entry, (decision, left, right) in enumerate(judged, 1)
    ]
    people = [("d", "a.visser@ossendrecht.nl", "Anna", "Visser"), ("e", "a.visser@ossendrecht.nl", "Anna", "Visser"),
              ("f", "info@eclairdor.fr", "Léa", "Roux"), ("g", "info@eclairdor.fr", "LEA", "ROUX"),
              ("a", "j.berg@mail.example", "Jo", "Berg"), ("b", None, "Max", "Alt")]  # fmt: skip
    contacts = [
        {"record_id": str(n), "source": "crm", "account_key": key, "contact_key": str(n), "email": email, "first_name": first,
         "last_name": last} for n, (key, email, first, last) in enumerate(people)
    ]  # fmt: skip
    given = {"landing_accounts": accounts, "landing_contacts": contacts, "recorded_judgements": judgements}
    return run(*STEPS, given=given)


@pytest.mark.postgres
def test_matching_and_joining(postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = found()
    assert {row["decision"] for row in wanted["match_pairs"]} == {"same"}
    assert {row["state"] for row in wanted["judgements"]} == {"obeyed"}
    said = {"one address at both", "one name at both", "nobody at both", "unknown"}
    assert {row["people_level"] for row in wanted["match_levels"]} == said
    monkeypatch.setattr(tests.steps, "DuckdbEngine", lambda: Lent(postgres_engine))
    rows = found()
    for name, others in wanted.items():
        assert len(rows[name]) == len(others), name
        for row, other in zip(rows[name], others, strict=True):
            for column, value in other.items():
                same = pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value
                assert row[column] == same, f"{name}.{column}: {row}, wanted {other}"
