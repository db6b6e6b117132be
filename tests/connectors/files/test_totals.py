"""Rows of spreadsheets that are no records: titles and groups above the heading, the total at the end."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.rows import Landed, land_rows
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.connectors.sources.files.text import read_text
from tierwise.connectors.sources.files.totals import heading_at, totals
from tierwise.connectors.sources.files.workbook import read_workbook, sheets
from tierwise.tables.landing import ACCOUNTS, INVOICES

HEADING = ["id", "name", "website", "employees"]
RECORDS = [["1", "Acme", "acme.com", "50"], ["2", "Total", "total.com", "90"], ["3", "Beta", "beta.de", "70"]]


def csv_of(*rows: list[str]) -> Content:
    return read_text("\n".join(",".join(row) for row in rows).encode())


def book(*rows: list[Any], merged: str = "") -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    workbook.create_sheet("Empty")
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def landed(content: Content) -> Landed:
    columns = {"account_key": "id", "name": "name", "domain": "website", "employees": "employees"}
    return land_rows(content, ACCOUNTS, FileTable(file="a.csv"), columns, "crm", datetime(2024, 5, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "above", [[["Accounts", "", "", ""]], [["Accounts"], ["As of May"]], [["Company", "", "Web", ""]]]
)
def test_titles_above_the_heading_of_a_csv_are_passed_over_and_said(above: list[list[str]]) -> None:
    content = csv_of(*above, HEADING, *RECORDS)
    assert (content.table.column_names, content.rows_in) == (HEADING, 3)
    assert content.lines.tolist()[0] == len(above) + 2, "lines are those of the file"
    assert f"the heading is line {len(above) + 1}" in content.warnings[0]


def test_titles_and_merged_groups_above_the_heading_of_a_sheet() -> None:
    data = book(["Accounts"], [], ["Company", None, None, "Size"], HEADING, *RECORDS, merged="A3:C3")
    assert sheets(data) == ["Sheet"], "an empty sheet holds no table"
    content = read_workbook(data, sheet="Sheet")
    assert (content.table.column_names, content.rows_in, content.lines.tolist()) == (HEADING, 3, [5, 6, 7])


@pytest.mark.parametrize(
    "rows",
    [
        [HEADING, *RECORDS],
        [["a", "", "", ""], ["1", "2", "3", "4"]],  # a record is never taken for the heading
        [["a", "", "", ""], ["x", "x", "y", "z"]],
        [["name"], ["Acme", "GmbH"]],
        [
            ["Name", "Domain"],
            ["A", "a.com"],
            ["B", "b.com", "c", "d"],
            ["C"],
        ],  # a row with cells too many is no heading
    ],
)
def test_the_first_row_is_the_heading_unless_another_is_clearly(rows: list[list[str]]) -> None:
    assert heading_at(rows) == 0


@pytest.mark.parametrize(
    "total",
    [["Total", "", "", "210"], ["", "Grand total", "", "1.2e+03"], ["Summe", "", "", "1.200 €"],
     ["Grand Totals (3 records)", "", "", ""]],
)  # fmt: skip
def test_a_total_is_refused_and_a_company_of_that_name_is_not(total: list[str]) -> None:
    found = landed(csv_of(HEADING, *RECORDS, total))
    assert found.rejections == {"a total": 1}
    assert found.refused[0].message == "line 5: a total of the rows above, and no record"
    assert found.rows["name"].to_pylist() == ["Acme", "Total", "Beta"]


def test_the_total_of_a_sheet_is_one_whatever_its_size() -> None:
    rows = [[1, "Acme", "acme.com", 5e10], [2, "Beta", "beta.com", 7e10]]
    content = read_workbook(book(HEADING, *rows, ["Total", None, None, 1.2e11]), sheet="Sheet")
    assert totals(content) == [2]


def test_an_invoice_total_would_be_revenue_of_nobody() -> None:
    content = csv_of(
        ["invoice", "customer", "date", "amount"], ["r1", "1", "2024-05-01", "10"], ["Total", "", "2024-05-31", "10"]
    )
    columns = {"invoice_key": "invoice", "account_key": "customer", "invoiced_at": "date", "amount": "amount"}
    found = land_rows(content, INVOICES, FileTable(file="i.csv"), columns, "b", datetime(2024, 6, 1, tzinfo=UTC))
    assert (found.rows.num_rows, found.rejections) == (1, {"a total": 1})
