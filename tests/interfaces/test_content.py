"""What a report reads, however many accounts it is about."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.interfaces.report.content import of_accounts
from tierwise.sql.predicates import Scope, check_predicate

SCOPE = Scope.of(t={"account_id": "VARCHAR"})


@pytest.mark.parametrize("count", [0, 1, 40, 300])
def test_every_account_is_read_once_by_conditions_of_a_lawful_length(count: int) -> None:
    ids = [f"domain:a-rather-long-company-name-{n}.example.com" for n in range(count)] + ["crm:o'hara"] * (count > 1)
    asked: list[str] = []

    def read(table: str, where: str) -> list[dict[str, Any]]:
        assert check_predicate(where, SCOPE) == []
        asked.append(where)
        listed = where.removeprefix("account_id in (").removesuffix(")").split(", ")
        return [{"account_id": text[1:-1].replace("''", "'")} for text in listed]

    assert [row["account_id"] for row in of_accounts(read, "accounts", ids)] == ids
    assert (len(asked) > 1) == (count == 300)
