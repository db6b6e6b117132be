"""What people recorded: appended, corrected by later rows, as known at a day; on SQLite and on PostgreSQL."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.core.errors import NotFound
from tierwise.stores.ledgers import Ledgers
from tierwise.tables.ledgers import RECORDED_EVIDENCE as EVIDENCE

MAY, JUNE = datetime(2026, 5, 3, 9, 30), datetime(2026, 6, 3, 23, 59, 59)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledgers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledgers]:
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            connection.execute(
                sa.text(
                    "drop table if exists snapshots, applied_memberships, account_ids, ledger_entries, alembic_version"
                )
            )
        engine.dispose()
    opened = Ledgers(url)
    yield opened
    opened.close()


def finding(account: str = "a", **more: Any) -> dict[str, Any]:
    told = {"respondent": "Ann", "dimension": "timing", "answer": "yes", "observed_at": datetime(2026, 5, 2)}
    return {"account_id": account, **told, **more}


def accounts(ledgers: Ledgers, day: date) -> list[str]:
    return [str(row["account_id"]) for row in ledgers.entries.known(EVIDENCE, day).to_pylist()]


def test_a_row_comes_back_with_its_types(ledgers: Ledgers) -> None:
    (entry,) = ledgers.entries.append(EVIDENCE, [finding(expires_on=date(2026, 9, 1))], "Bo", MAY)
    known = ledgers.entries.known(EVIDENCE, MAY.date())
    assert {name: str(kind) for name, kind in zip(known.column_names, known.schema.types, strict=True)}[
        "observed_at"
    ] == "timestamp[us]"
    assert known.to_pylist() == [
        {
            **dict.fromkeys(EVIDENCE.names),
            **finding(expires_on=date(2026, 9, 1)),
            "entry": entry,
            "known_at": MAY,
            "recorder": "Bo",
        }
    ]


def test_a_day_knows_what_was_known_by_its_end(ledgers: Ledgers) -> None:
    ledgers.entries.append(EVIDENCE, [finding("a")], "Bo", MAY)
    ledgers.entries.append(EVIDENCE, [finding("b")], "Bo", JUNE)
    ledgers.entries.append(EVIDENCE, [finding("c")], "Bo", JUNE, known_at=MAY)
    assert accounts(ledgers, date(2026, 5, 2)) == []
    assert accounts(ledgers, date(2026, 5, 3)) == ["a", "c"]
    assert accounts(ledgers, date(2026, 6, 3)) == ["a", "b", "c"]
    assert (ledgers.entries.head(date(2026, 5, 2)), ledgers.entries.head(date(2026, 5, 3))) == (0, 3)


def test_a_correction_speaks_from_its_own_day_on(ledgers: Ledgers) -> None:
    (first,) = ledgers.entries.append(EVIDENCE, [finding("a", answer="yes")], "Bo", MAY)
    (second,) = ledgers.entries.append(EVIDENCE, [finding("a", answer="no")], "Cy", JUNE, replaces=first)
    assert [r["answer"] for r in ledgers.entries.known(EVIDENCE, MAY.date()).to_pylist()] == ["yes"]
    assert [r["answer"] for r in ledgers.entries.known(EVIDENCE, JUNE.date()).to_pylist()] == ["no"]
    ledgers.entries.withdraw(EVIDENCE, second, "Cy", JUNE)
    assert accounts(ledgers, JUNE.date()) == []
    history = ledgers.entries.history(EVIDENCE)
    assert [(r["replaces"], r["replaced_by"], r["withdraws"]) for r in history] == [
        (None, second, False), (first, 3, False), (second, None, True),
    ]  # fmt: skip


def test_what_is_not_there_cannot_be_replaced_or_withdrawn(ledgers: Ledgers) -> None:
    for wrong in (
        lambda: ledgers.entries.withdraw(EVIDENCE, 9, "Bo", MAY),
        lambda: ledgers.entries.append(EVIDENCE, [finding()], "Bo", MAY, replaces=9),
    ):
        with pytest.raises(NotFound, match="no entry 9"):
            wrong()
    assert ledgers.entries.history(EVIDENCE) == []


def test_rows_are_written_all_or_none(ledgers: Ledgers) -> None:
    with pytest.raises((TypeError, sa.exc.StatementError)):
        ledgers.entries.append(EVIDENCE, [finding("a"), finding("b", quote=object())], "Bo", MAY)
    assert ledgers.entries.history(EVIDENCE) == []


def test_personal_data_can_be_erased_and_nothing_else_changes(ledgers: Ledgers) -> None:
    entries = ledgers.entries.append(EVIDENCE, [finding("a", quote="mine"), finding("b", quote="kept")], "Bo", MAY)
    ledgers.entries.erase(EVIDENCE, entries[:1], {"respondent": None, "quote": None})
    rows = ledgers.entries.known(EVIDENCE, MAY.date()).to_pylist()
    assert [(r["respondent"], r["quote"], r["answer"]) for r in rows] == [(None, None, "yes"), ("Ann", "kept", "yes")]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(1, 8))), max_size=8))
def test_a_past_day_never_changes(steps: list[tuple[int, int | None]]) -> None:
    """Whatever is recorded later: what a day knew, it knows."""
    seen: dict[date, list[dict[str, Any]]] = {}
    day = 1
    with TemporaryDirectory() as folder, closing(Ledgers.at(Path(folder) / "workspace.db")) as ledgers:
        for forward, replaces in steps:
            day = min(28, day + forward)
            there = [row["entry"] for row in ledgers.entries.history(EVIDENCE)]
            replaced = replaces if replaces in there else None
            ledgers.entries.append(EVIDENCE, [finding()], "Bo", datetime(2026, 5, day, 12), replaces=replaced)
            for past in {day - 1, (day + 1) // 2} - {0, day}:
                known = ledgers.entries.known(EVIDENCE, date(2026, 5, past)).to_pylist()
                assert seen.setdefault(date(2026, 5, past), known) == known
