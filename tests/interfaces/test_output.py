"""Data as JSON and CSV: exact values, and no cell that a spreadsheet executes."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.interfaces.cli.output import FORMULA, csv_text, document, plain

ROW = {"name": "Acme", "points": Decimal("12.345678"), "n": 3, "day": date(2026, 6, 30), "known": None, "ready": True}


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1+1", "＋1", "－1", "＠x", '=HYPERLINK("x")'],
)
def test_a_formula_becomes_text(text: str) -> None:
    cells = next(csv.DictReader(io.StringIO(csv_text(["name"], [{"name": text}]), newline="")))
    assert cells["name"] == f"'{text}"


@given(st.text())
def test_no_text_starts_a_formula_and_every_other_is_kept(text: str) -> None:
    written = next(csv.reader(io.StringIO(csv_text(["a"], [{"a": text}]).split("\r\n", 1)[1], newline="")), [""])[0]
    assert not written.startswith(FORMULA)
    assert written in (text, f"'{text}")


@pytest.mark.parametrize("number", [-5, -1.5, Decimal("-0.000001")])
def test_numbers_stay_numbers(number: Any) -> None:
    assert csv_text(["n"], [{"n": number}]).splitlines()[1] == str(number)


def test_values_as_json() -> None:
    said = json.loads(document("show", [ROW, {"at": datetime(2026, 6, 30, 12), "bad": float("nan")}]))  # noqa: DTZ001
    assert said == {
        "schema_version": 1,
        "command": "show",
        "data": [
            {"name": "Acme", "points": 12.345678, "n": 3, "day": "2026-06-30", "known": None, "ready": True},
            {"at": "2026-06-30T12:00:00", "bad": None},
        ],
    }


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_decimals_of_scores_survive_json(value: Decimal) -> None:
    assert Decimal(str(json.loads(json.dumps(plain(value))))).quantize(Decimal("0.000001")) == value
