"""An interview is written down question by question; a filled survey sheet comes back as evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from tests.interfaces.command_line import tierwise

from tierwise.interfaces.cli.interview import interview
from tierwise.interfaces.cli.terminal import Terminal
from tierwise.pipeline.record.survey import findings, is_sheet
from tierwise.project import ledgers
from tierwise.stages.assessment.readiness import ReadinessSpec


def typed(*lines: str) -> tuple[Callable[[str], str], list[str]]:
    left, asked = list(lines), []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return left.pop(0)

    return ask, asked


def test_an_interview_asks_until_it_understands_and_skips_what_was_not_asked() -> None:
    ask, asked = typed(
        "nobody", "acme.com", "", "Ann", "", "boss", "Economic", "", "interview", "", "2026-06-20",  # the person
        "maybe", "yes", "before spring", "", "unknown", "", "no", "we wait",
    )  # fmt: skip
    said = io.StringIO()
    terminal = Terminal(Console(file=said), Console(file=said, width=300))

    def find(name: str) -> str:
        from tierwise.core.errors import NotFound

        if name != "acme.com":
            raise NotFound(f"there is no account '{name}'")
        return "a"

    questions = ReadinessSpec().tables()["spec_dimensions"]
    rows = interview(terminal, ask, ledgers()["evidence"], questions, {}, find)
    person = {
        "account": "acme.com",
        "respondent": "Ann",
        "role": "Economic",
        "method": "interview",
        "observed_at": "2026-06-20",
    }
    assert rows == [
        {**person, "dimension": "pressure", "answer": "yes", "quote": "before spring"},
        {**person, "dimension": "authority", "answer": "unknown"},
        {**person, "dimension": "timing", "answer": "no", "quote": "we wait"},
    ]
    for part in ("there is no account 'nobody'", "needed: who answered", "one of economic", "one of yes, no"):
        assert part in said.getvalue()
    assert all(question["question"] in said.getvalue() for question in questions)
    assert not any("timing" in prompt for prompt in asked)


def test_a_wide_sheet_is_one_row_per_answer() -> None:
    given = {
        "account": ["a", "b"],
        "respondent": ["x", "y"],
        "pressure": ["yes", " "],
        "timing": [None, "no"],
        "timing_quote": ["", "wait"],
    }
    assert is_sheet(list(given))
    columns, lines = findings(given, [2, 3])
    assert lines == [2, 3]
    assert columns == {
        "account": ["a", "b"], "respondent": ["x", "y"], "dimension": ["pressure", "timing"], "answer": ["yes", "no"],
        "quote": [None, "wait"],
    }  # fmt: skip


def test_plain_rows_of_evidence_are_no_sheet() -> None:
    assert not is_sheet(["account", "respondent", "dimension", "answer", "observed_at"])


def test_a_filled_survey_comes_back(asking: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "survey.csv"
    assert tierwise("research", asking, "--survey", "--hours", "1.6", "--output", sheet).code == 0
    empty = tierwise("record", "evidence", "--file", sheet, "--project", asking)
    assert "has no answers yet" in empty.err
    rows = list(csv.DictReader(sheet.read_text(encoding="utf-8").splitlines()))
    assert {"account", "respondent", "dimension", "question", "answer"} <= rows[0].keys()
    for row in rows[:3]:
        row.update(answer="yes", respondent=row["respondent"] or "Ann", observed_at="2026-06-29", role="owner")
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    done = tierwise("record", "evidence", "--file", sheet, "--project", asking, "--by", "me")
    assert "recorded 3 entries" in done.err
    assert "not read" not in done.err


@pytest.mark.parametrize("fields", [(), ("account=acme.com",)])
def test_where_no_question_may_be_asked_the_fields_are_named(asking: Path, fields: tuple[str, ...]) -> None:
    done = tierwise("record", "evidence", *fields, "--project", asking, "--no-input")
    assert "respondent" in done.out + done.err


def test_an_option_written_like_a_field_says_how_it_is_written(asking: Path) -> None:
    done = tierwise("record", "override", "account=acme.com", "tier=1", "reason=x", "by=me", "--project", asking)
    assert done.code == 2
    assert "'by' is no field" in done.err
    assert "--by NAME" in done.err
