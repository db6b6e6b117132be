"""Which accounts can decide, and which dimension keeps the others from it? Tiers 1 and 2, and who is asked next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierwise.core.vocabulary import DEMAND_TEMPERATURES, DIMENSIONS
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.guide import state_of
from tierwise.interfaces.report.listing import Listing, Row, Rows

MOST_ACCOUNTS, NEXT = 60, 10
WORDS = {"contested": "contested", "stale": "stale", "unknown": "nobody knew", "missing": "not asked"}


@dataclass(frozen=True)
class Cell:
    """One dimension of one account: its state, what it is called, and what stands below."""

    state: str
    said: str
    age: str = ""


@dataclass(frozen=True)
class Line:
    """One account: its row of tiers, its temperature, its cells in the order of the dimensions, and what follows."""

    account: Row
    tier: str
    temperature: str
    cells: tuple[Cell, ...]
    standing: str


@dataclass(frozen=True)
class ReadinessMap:
    """Accounts by dimension. `temperatures`: how many accounts with evidence there are of each."""

    lines: tuple[Line, ...]
    left_out: int
    asked: int
    temperatures: tuple[tuple[str, int], ...]

    @property
    def answer(self) -> str:
        """How many were asked, how many can act, and what most often keeps the others from it."""
        if not self.asked:
            return "Nobody has been asked yet. `tierwise research` says whom to ask first"
        known = dict(self.temperatures)
        able = known.get("in_decision", 0) + known.get("actionable", 0)
        cooling = known.get("cooling", 0)
        lately = f"; {say.count(cooling)} could act lately and no longer can" if cooling else ""
        return f"Of {say.many(self.asked, 'account')} with evidence {say.count(able)} can act{lately}"


def read(listing: Listing) -> ReadinessMap:
    """The accounts of tiers 1 and 2 by rank, then the first of the research list."""
    temperatures = listing.rows("demand_temperatures")
    counted = Counter(row["temperature"] for row in temperatures)
    seats = sorted(listing.rows("tiers", "tier in ('1', '2')"), key=lambda row: (row["tier"], row["rank"]))
    seated = {row["account_id"] for row in seats}
    asked_next = [row for row in listing.rows("research", f"rank <= {NEXT}") if row["account_id"] not in seated]
    shown = [(row["account_id"], row["tier"]) for row in seats[:MOST_ACCOUNTS]]
    shown += [(row["account_id"], "") for row in asked_next]
    return ReadinessMap(
        lines=tuple(_lines(listing, shown, {row["account_id"]: row["temperature"] for row in temperatures})),
        left_out=max(0, len(seats) - MOST_ACCOUNTS),
        asked=len(temperatures),
        temperatures=tuple((name, counted[name]) for name in DEMAND_TEMPERATURES if counted[name]),
    )


def _lines(listing: Listing, shown: list[tuple[str, str]], temperatures: Mapping[str, str]) -> list[Line]:
    ids = [account for account, _ in shown]
    accounts, gates = listing.by_account("accounts", ids), listing.by_account("readiness", ids)
    dimensions = listing.by_account("readiness_dimensions", ids)
    gate = listing.model.readiness.gate
    return [
        Line(
            account=accounts[account][0],
            tier=tier,
            temperature=temperatures.get(account, "unknown"),
            cells=cells(dimensions.get(account, []), gate),
            standing=say.not_now(next(iter(gates.get(account, [])), None), dimensions.get(account, [])),
        )
        for account, tier in shown
    ]


def cells(rows: Rows, gate: float) -> tuple[Cell, ...]:
    """What is known of an account, dimension by dimension: the probability and its age, or what is missing."""
    known = {row["dimension"]: row for row in rows}
    return tuple(_cell(known.get(name), gate) for name in DIMENSIONS)


def _cell(row: Mapping[str, Any] | None, gate: float) -> Cell:
    state = state_of(row, gate)
    if row is None or row["last_observed_at"] is None:
        return Cell(state, WORDS[state])
    probability = say.share(row["probability"])
    said = f"{probability}, contested" if state == "contested" else probability
    return Cell(state, said, say.many(row["age_days"], "day"))
