"""What a chapter is given: the rows of a list, however many accounts it is about."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pyarrow as pa
import pytest

from tierwise.interfaces.report.listing import Listing, in_force_on, lists_before
from tierwise.sql.predicates import Scope, check_predicate

SCOPE = Scope.of(t={"account_id": "VARCHAR"})


@pytest.mark.parametrize("count", [0, 1, 40, 300])
def test_every_account_is_read_once_by_conditions_of_a_lawful_length(count: int) -> None:
    ids = [f"domain:a-rather-long-company-name-{n}.example.com" for n in range(count)] + ["crm:o'hara"] * (count > 1)
    asked: list[str] = []

    def read(table: str, where: str) -> pa.Table:
        assert check_predicate(where, SCOPE) == []
        asked.append(where)
        listed = where.removeprefix("account_id in (").removesuffix(")").split(", ")
        return pa.table({"account_id": [text[1:-1].replace("''", "'") for text in listed]})

    listing = Listing(SimpleNamespace(read=read), "")
    assert [row["account_id"] for row in listing.of_accounts("accounts", ids)] == ids
    assert (len(asked) > 1) == (count == 300)


def test_moves_are_counted_from_the_list_before_and_never_from_one_that_looked_back() -> None:
    days = {"0001": 10, "0002": 5, "0003": 7, "0004": 10, "0005": 12, "0006": 11}
    runs = [SimpleNamespace(run_id=name, as_of=date(2026, 6, day)) for name, day in days.items()]
    before = {run.run_id: in_force_on(lists_before(runs, run), run.as_of) for run in runs}
    assert before == {"0001": "", "0002": "", "0003": "", "0004": "0001", "0005": "0004", "0006": "0004"}
