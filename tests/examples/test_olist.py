"""The marketplace's own figures, computed again from its files in plain Python."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.examples.conftest import AS_OF as DAYS
from tests.examples.conftest import Ran, run_example

AS_OF = DAYS["olist"]
WINDOW = 90
LEADS, DEALS = "olist_marketing_qualified_leads_to_2018-03.csv.gz", "olist_closed_deals_to_2018-03.csv.gz"
SALES = "olist_seller_quarter.parquet"


def read(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date:
    return datetime.fromisoformat(text).date()


@pytest.fixture(scope="module")
def leads(olist: Ran) -> list[dict[str, str]]:
    return read(olist.data / LEADS)


@pytest.fixture(scope="module")
def won(olist: Ran) -> dict[str, dict[str, str]]:
    """Deals won until the day of the list, by lead."""
    return {row["mql_id"]: row for row in read(olist.data / DEALS) if day(row["won_date"]) <= AS_OF}


@pytest.fixture(scope="module")
def sales(olist: Ran) -> dict[tuple[str, str], float]:
    """Sales by seller and quarter."""
    rows = pq.read_table(olist.data / SALES).to_pylist()
    return {(row["seller_id"], row["quarter"]): row["item_price_delivered_brl"] for row in rows}


def test_win_rate_by_origin(olist: Ran, leads: list[dict[str, str]], won: dict[str, dict[str, str]]) -> None:
    """Every lead has been watched for longer than the window, so the win rate is a plain share."""
    created: Counter[str] = Counter()
    wins: Counter[str] = Counter()
    for lead in leads:
        begun = day(lead["first_contact_date"])
        waited = (day(won[lead["mql_id"]]["won_date"]) - begun).days if lead["mql_id"] in won else None
        assert (AS_OF - begun).days > WINDOW
        if waited is None or waited >= 0:
            for name in (lead["origin"], "all"):
                created[name] += 1
                wins[name] += waited is not None and waited <= WINDOW
    shares = {name: wins[name] / n for name, n in created.items()}
    assert olist.one("win_rates", "dimension = 'total'")["value"] == pytest.approx(shares.pop("all"))
    del shares[""]  # no origin at all is no value of the dimension
    assert olist.named("win_rates", "lead_origin", "value") == pytest.approx(shares)


def test_a_deal_won_before_its_first_contact_is_left_out(olist: Ran) -> None:
    assert olist.rows("win_rate_excluded") == [{"reason": "closed_before_created", "rows": 1}]


def test_what_only_won_deals_have_shows_retention_but_no_win_rate(olist: Ran) -> None:
    assert {row["dimension"] for row in olist.rows("win_rates")} == {"total", "segment", "lead_origin"}
    assert "business_segment" in {row["dimension"] for row in olist.rows("retention")}


@pytest.mark.parametrize("dimension", ["lead_type", "business_segment"])
def test_revenue_retention_of_won_sellers(
    olist: Ran, won: dict[str, dict[str, str]], sales: dict[tuple[str, str], float], dimension: str
) -> None:
    """Sellers with sales in the first quarter: their sales in the second, over those of the first."""
    start: dict[str, list[float]] = defaultdict(list)
    end: dict[str, list[float]] = defaultdict(list)
    for deal in won.values():
        before = sales.get((deal["seller_id"], "2018Q1"), 0.0)
        if before > 0:
            # a deal won after March had no business segment yet when the period began
            known = [deal[dimension]] if deal[dimension] and day(deal["won_date"]) <= date(2018, 3, 31) else []
            for name in ("all", *known):
                start[name].append(before)
                end[name].append(sales.get((deal["seller_id"], "2018Q2"), 0.0))
    kept = {name: sum(end[name]) / sum(start[name]) for name in start}
    total = olist.one("retention", "dimension = 'total' and metric = 'net_revenue_retention'")
    assert (total["n"], total["value"]) == (len(start["all"]), pytest.approx(kept.pop("all")))
    assert olist.named("retention", dimension, "value", "net_revenue_retention") == pytest.approx(kept)


def test_sellers_who_did_not_come_through_the_leads_are_counted(
    olist: Ran, won: dict[str, dict[str, str]], sales: dict[tuple[str, str], float]
) -> None:
    sellers = {deal["seller_id"] for deal in won.values()}
    coverage = olist.one("link_coverage", "fact = 'invoices'")
    assert coverage["unknown_account"] == sum(seller not in sellers for seller, _ in sales)
    assert coverage["rows"] == len(sales)


def test_the_list_holds_the_open_leads(olist: Ran, leads: list[dict[str, str]], won: dict[str, dict[str, str]]) -> None:
    tiers = {row["account_id"]: row for row in olist.list()}
    seated = {f"funnel:{lead['mql_id']}" for lead in leads} - {f"funnel:{lead}" for lead in won}
    assert {key for key, row in tiers.items() if row["tier"] != "excluded"} == seated
    assert {row["blocked_by"] for key, row in tiers.items() if key not in seated} == {"customer"}
    assert {row["verdict"] for row in olist.rows("verdicts")} == {"insufficient_evidence"}
    seats = [row for row in tiers.values() if row["tier"] in ("1", "2")]
    assert len(seats) == 72
    assert all("profile_unvalidated" in row["marks"] for row in seats)


def test_the_same_records_written_otherwise_give_the_same_list(olist: Ran, tmp_path: Path) -> None:
    """Semicolons, a byte-order mark, days first, and quarters as the date of their last day."""
    data = tmp_path / "data"
    data.mkdir()
    for name in (LEADS, DEALS):
        with gzip.open(data / name, "wt", encoding="utf-8", newline="") as file:
            write(file, read(olist.data / name))
    table = pq.read_table(olist.data / SALES)
    last = {"Q1": (3, 31), "Q2": (6, 30), "Q3": (9, 30), "Q4": (12, 31)}
    days = [date(int(text[:4]), *last[text[4:]]) for text in table["quarter"].to_pylist()]
    place = table.column_names.index("quarter")
    pq.write_table(table.set_column(place, "quarter", pa.array(days)), data / SALES)
    again = run_example("olist", AS_OF, tmp_path, data)
    assert again.list() == olist.list()
    assert again.estimates("retention") == olist.estimates("retention")
    assert again.estimates("win_rates") == olist.estimates("win_rates")


def write(file: Any, rows: list[dict[str, str]]) -> None:
    file.write("\ufeff")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(dict(zip(row, day_first(row.values()), strict=True)) for row in rows)


def day_first(values: Iterable[str]) -> list[str]:
    """2018-02-26 19:58:54 as 26.02.2018 19:58:54."""
    result = []
    for value in values:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            result.append(value)
        else:
            result.append(moment.strftime("%d.%m.%Y %H:%M:%S" if " " in value else "%d.%m.%Y"))
    return result
