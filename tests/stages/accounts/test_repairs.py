"""What repaired records say: whose values they are drawn from, and which of two accounts that are one stays."""

from __future__ import annotations

from typing import Any

import pytest
from tests.steps import Results, run

from tierwise.stages.accounts.audit import AuditSpec

SIZES = {"Germany": (100, 120, 110), "France": (150, 160, 170)}


def repairs(**given: Any) -> Results:
    spec = AuditSpec(donors=2).model_copy(update={"importance": {"employees": 1.0}})
    draws = {"audit_draws": [{"draw": draw, "share": 1.0} for draw in range(1, 31)]}
    return run("audit_donors", "audit_repairs", given={**draws, **given}, audit=spec)


def value(account: str, said: str | None, field: str = "employees") -> dict[str, Any]:
    return {"account_id": account, "field": field, "value": said, "filled": said is not None}


@pytest.mark.parametrize(
    ("industry", "country", "drawn"),
    [
        ("Banking", "France", {"150", "160", "170"}),
        ("Banking", "Spain", {"100", "110", "120", "150", "160", "170"}),  # nobody there: all banks
        ("Mining", "France", {"100", "110", "120", "150", "160", "170", "7"}),  # nobody like it: everybody
        (None, "France", {"100", "110", "120", "150", "160", "170", "7"}),
    ],
)
def test_a_missing_value_is_drawn_from_accounts_that_resemble(
    industry: str | None, country: str, drawn: set[str]
) -> None:
    known = [(f"{where}{size}", "Banking", where, size) for where, sizes in SIZES.items() for size in sizes]
    rows = [*known, ("shop", "Retail", "France", 7), ("new", industry, country, None)]
    found = repairs(
        accounts=[{"account_id": n, "industry": i, "country": c, "employees": e} for n, i, c, e in rows],
        audit_values=[value(n, None if e is None else str(e)) for n, _, _, e in rows],
        audit_rows=[{"defect": "missing", "field": "employees", "account_id": "new"}],
    )
    said = [row["value"] for row in found["audit_repairs"] if row["defect"] == "missing"]
    assert len(said) == 30
    assert set(said) <= drawn
    assert len(set(said)) > len(drawn) / 2


def test_of_two_accounts_that_are_one_the_customer_stays_and_learns_what_the_other_knew() -> None:
    """As often as matching takes them for one: surely, or in a third of the draws."""
    groups = [{"key_space": "domain", "account_key": name, "group_id": f"domain:{name}"} for name in "abcd"]
    keys = [{"key_space": "domain", "account_key": name, "account_id": name} for name in "abcd"]
    found = repairs(
        key_groups=groups, account_keys=keys,
        match_pairs=[
            {"left_id": "domain:a", "right_id": "domain:b", "probability": 1.0, "decision": "review"},
            {"left_id": "domain:c", "right_id": "domain:d", "probability": 0.3, "decision": "review"},
        ],
        lifecycle=[{"account_id": n, "stage": "customer" if n == "b" else "unaware"} for n in "abcd"],
        intent=[{"account_id": "c", "intent": 3}],
        audit_values=[value("a", "50"), value("b", None), value("c", "9"), value("d", "8")],
        audit_rows=[{"defect": "split", "field": "record", "account_id": n} for n in "abcd"],
    )  # fmt: skip
    split = [row for row in found["audit_repairs"] if row["defect"] == "split"]
    said = {(row["account_id"], row["field"], row["value"]) for row in split}
    assert said == {("a", "record", "b"), ("b", "employees", "50"), ("d", "record", "c")}
    draws = [sum(row["account_id"] == name for row in split) for name in "abd"]
    assert draws[:2] == [30, 30]
    assert 3 <= draws[2] <= 16
