"""The wholesaler's own figures, computed again from the invoice lines in plain Python, to the penny."""

from __future__ import annotations

import csv
import importlib.util
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from tests.examples.conftest import AS_OF as DAYS
from tests.examples.conftest import EXAMPLES, Ran, run_example

AS_OF = DAYS["wholesaler"]
FIRST, START, LAST = 0, 5, 11  # December 2010, May 2011, November 2011
GAP = 3
CHARGES = {"POST", "DOT", "C2", "S", "M", "B", "BANK CHARGES", "AMAZONFEE", "CRUK"}


class Line(NamedTuple):
    invoice: str
    product: str
    units: int
    moment: datetime
    price: Decimal
    customer: str
    country: str

    @property
    def month(self) -> int:
        return (self.moment.year - 2010) * 12 + self.moment.month - 12

    @property
    def goods(self) -> bool:
        return self.product.upper() not in CHARGES


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    table = pq.read_table(EXAMPLES / "wholesaler" / "data" / "online_retail.parquet").drop_columns(["Description"])
    return [
        Line(i, p, u, m, Decimal(repr(price)).quantize(Decimal("0.0001")), "" if c is None else str(c), k)
        for i, p, u, m, price, c, k in zip(*(column.to_pylist() for column in table.columns), strict=True)
    ]


@pytest.fixture(scope="module")
def revenue(lines: list[Line]) -> dict[str, dict[int, Decimal]]:
    """Net revenue in goods by customer and complete month."""
    found: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines:
        if line.customer and line.goods and line.month <= LAST:
            found[line.customer][line.month] += line.units * line.price
    return found


@pytest.fixture(scope="module")
def customers() -> dict[str, dict[str, str]]:
    with (EXAMPLES / "wholesaler" / "data" / "customers.csv").open(encoding="utf-8", newline="") as file:
        return {row["customer"]: row for row in csv.DictReader(file)}


def pattern(customer: dict[str, str]) -> str | None:
    """The segment that the model should give."""
    if not customer["first_order_units"]:
        return None
    share = int(customer["first_order_units"]) / int(customer["first_order_products"])
    return next(
        name for least, name in ((24, "bulk"), (12, "cases"), (6, "inner_packs"), (0, "pieces")) if share >= least
    )


def labels(customer: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield "total", "all"
    yield "country", customer["country"]
    if name := pattern(customer):
        yield "segment", name


def test_customers_csv_holds_what_was_known_at_the_first_order(
    lines: list[Line], customers: dict[str, dict[str, str]]
) -> None:
    known: dict[str, Line] = {}
    orders: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.customer:
            first = known.get(line.customer, line)
            known[line.customer] = min(first, line, key=lambda one: (one.moment, one.invoice, one.product))
            if line.units > 0 and line.price > 0 and line.goods:
                orders[line.customer][line.invoice].append(line)
    assert customers.keys() == known.keys()
    for key, row in customers.items():
        assert (row["country"], row["known_at"]) == (known[key].country, str(known[key].moment))
        if not orders[key]:
            assert row["first_order_at"] == row["first_order_value"] == ""
            continue
        order = min(orders[key].values(), key=lambda found: (min(one.moment for one in found), found[0].invoice))
        assert row["first_order_at"] == str(min(one.moment for one in order))
        assert int(row["first_order_products"]) == len({one.product for one in order})
        assert int(row["first_order_units"]) == sum(one.units for one in order)
        value = sum(one.units * one.price for one in order)
        assert Decimal(row["first_order_value"]) == pytest.approx(value, abs=Decimal("0.011"))


def test_prepare_writes_the_file_that_is_there(tmp_path: Path) -> None:
    path = EXAMPLES / "wholesaler" / "prepare.py"
    spec = importlib.util.spec_from_file_location("prepare", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.prepare(path.parent / "data" / "online_retail.parquet", tmp_path / "customers.csv")
    assert (tmp_path / "customers.csv").read_bytes() == (path.parent / "data" / "customers.csv").read_bytes()


def test_retention_by_country_and_order_pattern(
    wholesaler: Ran, revenue: dict[str, dict[int, Decimal]], customers: dict[str, dict[str, str]]
) -> None:
    """Mean of March to May against mean of September to November, cancellations netted within each."""
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    for customer, months in revenue.items():
        start = sum((months.get(m, Decimal(0)) for m in range(START - 2, START + 1)), Decimal(0)) / 3
        end = max(sum((months.get(m, Decimal(0)) for m in range(LAST - 2, LAST + 1)), Decimal(0)) / 3, Decimal(0))
        if start > 0:
            for label in labels(customers[customer]):
                adds = (start, end, min(start, end), Decimal(int(end > 0)))
                sums[label] = [a + b for a, b in zip(sums[label], adds, strict=True)]
    found = wholesaler.rows("retention")
    assert {(row["dimension"], row["name"]) for row in found} == sums.keys()
    for row in found:
        start, end, kept, stayed = sums[row["dimension"], row["name"]]
        expected = {
            "net_revenue_retention": end / start,
            "gross_revenue_retention": kept / start,
            "logo_retention": stayed / row["n"],
        }
        assert row["value"] == pytest.approx(float(expected[row["metric"]])), row


def test_lifetime_value_by_order_pattern(
    wholesaler: Ran, revenue: dict[str, dict[int, Decimal]], customers: dict[str, dict[str, str]]
) -> None:
    """Mean revenue in each month since the first purchase, discounted, for customers whose first month is known."""
    seen: dict[tuple[str, str], dict[int, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0] * 2))
    for customer, months in revenue.items():
        paid = [month for month, amount in months.items() if amount > 0]
        if not paid or min(paid) < FIRST + GAP:
            continue
        for month in range(min(paid), LAST + 1):
            for label in labels(customers[customer]):
                cell = seen[label][month - min(paid)]
                seen[label][month - min(paid)] = [cell[0] + 1, cell[1] + float(months.get(month, 0))]
    for row in wholesaler.rows("lifetime_value", "dimension in ('total', 'segment')"):
        assert (row["setting"], row["supported_months"]) == ("not_contractual", 9)
        cells = [seen[row["dimension"], row["name"]][tenure] for tenure in range(9)]
        value = sum(amount / count / 1.1 ** (tenure / 12) for tenure, (count, amount) in enumerate(cells))
        assert row["value"] == pytest.approx(value), row
        # autumn brings everybody back: the model of purchases sees nobody leave, so it may not look beyond
        assert row["beyond_value"] is row["active_customers"] is None
        assert row["model_over_records"] < 0.92


def test_every_line_is_accounted_for(wholesaler: Ran, lines: list[Line]) -> None:
    landed = next(file for file in wholesaler.landed.files if file.table == "invoices")
    assert (landed.rows_in, landed.loaded, landed.rejected) == (len(lines), len(lines), 0)
    nobodys = sum(not line.customer for line in lines)
    assert wholesaler.one("link_coverage", "fact = 'invoices'")["without_account"] == nobodys == 135_080
    assert {row["reason"]: row["rows"] for row in wholesaler.rows("revenue_excluded")} == {
        "no_account": sum(not line.customer and line.goods for line in lines),
        "not_revenue": sum(not line.goods for line in lines),
    }


def test_a_line_that_equals_another_counts(wholesaler: Ran, lines: list[Line]) -> None:
    """Whole revenue of complete months: nothing lost to identity, nothing counted twice."""
    whole = sum(line.units * line.price for line in lines if line.customer and line.goods and line.month <= LAST)
    months = wholesaler.project.read("revenue_months", "account_id is not null")
    assert sum(months["revenue"].to_pylist()) == pytest.approx(float(whole))


def test_there_is_no_win_rate_and_it_is_said(wholesaler: Ran) -> None:
    assert wholesaler.rows("win_rates") == []
    assert {row["win_rate"] for row in wholesaler.rows("verdicts")} == {None}


def test_the_list_is_one_of_customers(wholesaler: Ran) -> None:
    tiers = wholesaler.list()
    assert {row["stage"] for row in tiers if row["tier"] in ("1", "2", "3")} == {"customer"}
    assert sum(row["tier"] == "1" for row in tiers) == 12
    assert not {row["segment"] for row in tiers if row["tier"] in ("1", "2")} & {"pieces", None}


def test_the_same_records_written_otherwise_give_the_same_list(wholesaler: Ran, tmp_path: Path) -> None:
    """Both files as semicolon-separated text with a byte-order mark and the day first."""
    data = tmp_path / "data"
    data.mkdir()
    invoices = pq.read_table(wholesaler.data / "online_retail.parquet")
    write(invoices, data / "online_retail.csv")
    written = {"known_at": pa.timestamp("s"), "first_order_at": pa.timestamp("s")}
    read = pa.csv.ConvertOptions(column_types={"customer": pa.string(), "first_order_value": pa.string(), **written})
    write(pa.csv.read_csv(wholesaler.data / "customers.csv", convert_options=read), data / "customers.csv")
    again = run_example(
        "wholesaler",
        AS_OF,
        tmp_path,
        tmp_path,
        lambda model: model.replace("online_retail.parquet", "online_retail.csv"),
    )
    assert again.list() == wholesaler.list()
    assert again.estimates("retention") == wholesaler.estimates("retention")
    assert again.estimates("lifetime_value") == wholesaler.estimates("lifetime_value")


def write(table: pa.Table, path: Path) -> None:
    """A table as text in the manner of a European spreadsheet."""
    columns: dict[str, Any] = {name: table[name] for name in table.column_names}
    for name, column in columns.items():
        if pa.types.is_timestamp(column.type):
            columns[name] = pa.compute.strftime(column.cast(pa.timestamp("s")), format="%d.%m.%Y %H:%M:%S")
    options = pa.csv.WriteOptions(delimiter=";")
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        pa.csv.write_csv(pa.table(columns), file, options)
