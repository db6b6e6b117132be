"""Are the profiles that are easy to win those that are worth winning? Lifetime value against win rate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tierwise.core.vocabulary import NOT_WORTH, VALIDATED
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.chapters.performance.estimates import value_bars, win_bars
from tierwise.interfaces.report.curves import Map, value_map
from tierwise.interfaces.report.listing import Listing

NOTHING = "No segment has both a win rate and a lifetime value: it takes opportunities and revenue of its customers"


@dataclass(frozen=True)
class ValueMap:
    """The map with the segments that have both figures."""

    answer: str
    map: Map


def read(listing: Listing) -> ValueMap:
    """Every segment by win rate and lifetime value, with its verdict."""
    worth, won = (listing.sliced(listing.rows(name)) for name in ("lifetime_value", "win_rates"))
    values, rates = ({row["name"]: row for row in rows if row["dimension"] == "segment"} for rows in (worth, won))
    rows = [
        {
            "segment": row["segment"], "verdict": row["verdict"], "side": side(row["verdict"]),
            **_pooled(rates.get(row["segment"]), "win_rate", "win"),
            **_pooled(values.get(row["segment"]), "value", "value"),
        }
        for row in listing.in_order(listing.rows("verdicts"))
    ]  # fmt: skip
    bars = common(win_bars(listing, won).values()), common(value_bars(listing, worth).values())
    drawn = value_map(rows, bars, say.share, say.money)
    return ValueMap(_answer(drawn, listing.currency), drawn)


def side(verdict: str | None) -> str:
    """How a verdict is drawn: worth winning, not worth closing, or open."""
    if verdict in VALIDATED:
        return "worth"
    return "not-worth" if verdict in NOT_WORTH else "open"


def common(bars: Iterable[float | None]) -> float | None:
    """The one bar of all segments; None where each has its own."""
    held = {bar for bar in bars if bar is not None}
    return held.pop() if len(held) == 1 else None


def _answer(drawn: Map, currency: str) -> str:
    ends = [drawn.points[0].row, drawn.points[-1].row] if len(drawn.points) > 1 else [p.row for p in drawn.points]
    said = [
        f"{say.words(row['segment'])} ({say.money(row['value'], currency)} per customer, {say.share(row['win_rate'])} won)"
        for row in ends
    ]
    titles = ("Most valuable: ", "least: ") if len(said) > 1 else ("",)
    return "; ".join(title + text for title, text in zip(titles, said, strict=False)) or NOTHING


def _pooled(row: Any, name: str, ends: str) -> dict[str, Any]:
    """An estimate as it counts: partially pooled where it was."""
    if row is None:
        return dict.fromkeys((name, f"{ends}_lo", f"{ends}_hi"))
    kind = "shrunk_" if row["shrunk_value"] is not None else ""
    return {name: row[f"{kind}value"], f"{ends}_lo": row[f"{kind}lo"], f"{ends}_hi": row[f"{kind}hi"]}
