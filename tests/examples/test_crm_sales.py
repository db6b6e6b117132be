"""The CRM's own figures, computed again from its files in plain Python."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from tests.examples.conftest import AS_OF as DAYS
from tests.examples.conftest import Ran, run_example

AS_OF = DAYS["crm_sales"]
WINDOW = 140
Deal = tuple[int, str]  # age in days when it closed, or today; won, lost or open


def read(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def pipeline(crm_sales: Ran) -> list[dict[str, str]]:
    return read(crm_sales.data / "sales_pipeline.csv.gz")


@pytest.fixture(scope="module")
def sectors(crm_sales: Ran) -> dict[str, str]:
    return {row["account"]: row["sector"] for row in read(crm_sales.data / "accounts.csv.gz")}


def deals(rows: Iterable[dict[str, str]], sectors: dict[str, str]) -> dict[str, list[Deal]]:
    """Dated deals of known companies by sector, and all of them."""
    found: dict[str, list[Deal]] = defaultdict(list)
    for row in rows:
        if row["account"] and row["engage_date"]:
            outcome = {"Won": "won", "Lost": "lost"}.get(row["deal_stage"], "open")
            end = date.fromisoformat(row["close_date"]) if outcome != "open" else AS_OF
            deal = ((end - date.fromisoformat(row["engage_date"])).days, outcome)
            found[sectors[row["account"]]].append(deal)
            found["all"].append(deal)
    return found


def won_within(deals: list[Deal], window: int) -> tuple[float, float]:
    """Cumulative incidence of winning with losing as a competing event, and the median day of a win (Aalen-Johansen)."""
    survival, won, curve = 1.0, 0.0, []
    for day in sorted({age for age, outcome in deals if outcome != "open" and age <= window}):
        at_risk = sum(age >= day for age, _ in deals)
        today = Counter(outcome for age, outcome in deals if age == day)
        won += survival * today["won"] / at_risk
        survival *= 1 - (today["won"] + today["lost"]) / at_risk
        curve.append((day, won))
    return won, next(day for day, value in curve if value >= won / 2)


def test_win_rate_and_cycle_by_sector(crm_sales: Ran, pipeline: list[dict[str, str]], sectors: dict[str, str]) -> None:
    expected = {name: won_within(found, WINDOW) for name, found in deals(pipeline, sectors).items()}
    whole = expected.pop("all")
    total = crm_sales.one("win_rates", "dimension = 'total'")
    assert (total["value"], total["median_days_to_win"]) == pytest.approx(whole)
    rates = crm_sales.named("win_rates", "industry", "value")
    cycles = crm_sales.named("win_rates", "industry", "median_days_to_win")
    assert rates == pytest.approx({name: rate for name, (rate, _) in expected.items()})
    assert cycles == {name: cycle for name, (_, cycle) in expected.items()}


def test_open_deals_are_neither_dropped_nor_lost(crm_sales: Ran) -> None:
    total = crm_sales.one("win_rates", "dimension = 'total'")
    assert total["won_of_created"] < total["value"] < total["won_of_closed"]


def test_what_does_not_count_is_counted(crm_sales: Ran, pipeline: list[dict[str, str]]) -> None:
    nobodys = [row for row in pipeline if not row["account"]]
    assert {row["deal_stage"] for row in nobodys} == {"Engaging", "Prospecting"}
    undated = [row for row in pipeline if row["account"] and not row["engage_date"]]
    coverage = crm_sales.one("link_coverage", "fact = 'opportunities'")
    assert (coverage["rows"], coverage["without_account"], coverage["unknown_account"]) == (8800, len(nobodys), 0)
    assert {row["reason"]: row["rows"] for row in crm_sales.rows("win_rate_excluded")} == {
        "no_account": len(nobodys), "no_creation_date": len(undated),
    }  # fmt: skip
    assert crm_sales.one("win_rates", "dimension = 'total'")["n"] == len(pipeline) - len(nobodys) - len(undated)


def test_products_that_the_list_does_not_have(crm_sales: Ran, pipeline: list[dict[str, str]]) -> None:
    listed = {row["product"] for row in read(crm_sales.data / "products.csv.gz")}
    used = Counter(row["product"] for row in pipeline)
    found = crm_sales.rows("unlisted_products")
    assert {row["product"]: row["rows"] for row in found} == {p: n for p, n in used.items() if p not in listed}
    assert [row["resembles"] for row in found] == ["GTX Pro"]


def test_subsidiaries_are_one_cluster(crm_sales: Ran) -> None:
    accounts = read(crm_sales.data / "accounts.csv.gz")
    named = {f"crm:{row['account']}": f"crm:{row['subsidiary_of']}" for row in accounts if row["subsidiary_of"]}
    assert {row["account_id"]: row["parent_id"] for row in crm_sales.rows("account_parents")} == named
    assert crm_sales.one("win_rates", "dimension = 'total'")["n_clusters"] == len(accounts) - len(named)


def test_no_profile_is_validated_and_every_seat_says_so(crm_sales: Ran) -> None:
    assert {row["verdict"] for row in crm_sales.rows("verdicts")} == {"unvalidated"}
    seats = crm_sales.rows("tiers", "tier in ('1', '2')")
    assert len(seats) == 25
    assert all("profile_unvalidated" in row["marks"] for row in seats)


def day_first(text: str) -> str:
    year, month, day = text.split("-")
    return f"{day}/{month}/{year}"


def rewritten(name: str, source: Path, target: Path, delimiter: str, mark: str, dates: Callable[[str], str]) -> None:
    """The same records, as another program would write them."""
    rows = read(source / name)
    with gzip.open(target / name, "wt", encoding="utf-8", newline="") as file:
        file.write(mark)
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        for row in rows:
            writer.writerow({k: dates(v) if v and k.endswith("_date") else v for k, v in row.items()})


@pytest.mark.parametrize(
    ("delimiter", "mark", "dates"),
    [(",", "", day_first), (",", "\ufeff", str), (";", "", str)],
    ids=["day first", "byte-order mark", "semicolons"],
)
def test_the_same_records_written_otherwise_give_the_same_list(
    crm_sales: Ran, tmp_path: Path, delimiter: str, mark: str, dates: Callable[[str], str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("accounts.csv.gz", "sales_pipeline.csv.gz", "products.csv.gz"):
        rewritten(name, crm_sales.data, data, delimiter, mark, dates)
    again = run_example("crm_sales", AS_OF, tmp_path, data)
    assert again.list() == crm_sales.list()
    assert again.estimates("win_rates") == crm_sales.estimates("win_rates")
