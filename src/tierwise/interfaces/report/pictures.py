"""The pictures of performance from the rows of a list: which rows stand where, and against which bars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tierwise.core.vocabulary import NOT_WORTH, VALIDATED
from tierwise.interfaces.report import wording
from tierwise.interfaces.report.content import RETENTION, Content, Rows
from tierwise.interfaces.report.curves import Curves, Heat, Map, heat_map, survival_curves, value_map

MONTHS_SHOWN = 12
# A shade for every tenth of retention around the bar that most companies look at.
COLDEST, WARMEST = 0.7, 1.3


def pictures(content: Content) -> dict[str, Any]:
    """The map of value against win rate, the survival curves and the cohorts, for the template."""
    return {"map": _map(content), "survival": _survival(content), "heat": _heat(content.cohorts), "side": side}


def side(verdict: str | None) -> str:
    """How a verdict is drawn: worth winning, not worth closing, or open."""
    if verdict in VALIDATED:
        return "worth"
    return "not-worth" if verdict in NOT_WORTH else "open"


def _survival(content: Content) -> Curves:
    everybody = [row for row in content.survival if row["dimension"] == "total"]
    return survival_curves([row for row in content.survival if row["dimension"] == "segment"], everybody)


def _map(content: Content) -> Map:
    rates = {row["name"]: row for row in content.win_rates if row["dimension"] == "segment"}
    worth = {row["name"]: row for row in content.lifetime_value if row["dimension"] == "segment"}
    rows = [
        {
            "segment": row["segment"], "verdict": row["verdict"],
            **_pooled(rates.get(row["segment"]), "win_rate", "win"),
            **_pooled(worth.get(row["segment"]), "value", "value"),
        }
        for row in content.segments
    ]  # fmt: skip
    bars = _common(content.bars["win_rate"].values()), _common(content.bars["lifetime_value"].values())
    return value_map(rows, bars, wording.share, wording.money)


def _pooled(row: Any, name: str, ends: str) -> dict[str, Any]:
    """An estimate as it counts: partially pooled where it was."""
    if row is None:
        return dict.fromkeys((name, f"{ends}_lo", f"{ends}_hi"))
    kind = "shrunk_" if row["shrunk_value"] is not None else ""
    return {name: row[f"{kind}value"], f"{ends}_lo": row[f"{kind}lo"], f"{ends}_hi": row[f"{kind}hi"]}


def _common(bars: Iterable[float | None]) -> float | None:
    """The one bar of all segments; None where each has its own."""
    held = {bar for bar in bars if bar is not None}
    return held.pop() if len(held) == 1 else None


def _heat(cohorts: Rows) -> Heat:
    """Net retention of start cohorts, at so many ages as fit on a page."""
    longest = max((row["age"] for row in cohorts), default=0)
    step = max(1, -(-longest // MONTHS_SHOWN))
    kept = [row for row in cohorts if row["age"] and row["age"] % step == 0 and row["metric"] == RETENTION]
    return heat_map(kept, COLDEST, WARMEST)
