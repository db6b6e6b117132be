"""Lists of accounts to work, each made in one way from what the product knows: its own, and those it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log

import numpy as np

from tierwise.pipeline.acceptance.company import Row

FINANCIAL = ("Credit Unions", "Banking")
NEVER = ("customer", "group_customer", "competitor", "do_not_contact")
RESPONDENTS = 2


def lists(before: Sequence[Row], after: Sequence[Row], seats: int) -> Mapping[str, list[str]]:
    """Keys of the accounts of each list; `before` and `after` the company asked whom the product would ask."""
    prospects = [row for row in before if row["standing_reason"] not in NEVER]
    fit, intent = _share_below(prospects, "fit"), _share_below(prospects, "intent")
    unprofiled = _share_below(prospects, "fit_without_profiles")
    answered = [
        row
        for row in after
        if row["standing"] == "eligible" and row["seatable"] and row["dimensions_known"] == 4
        and (row["respondents"] or 0) >= RESPONDENTS
    ]  # fmt: skip
    return {
        "firmographic": _best(prospects, _size, seats),
        "intent": _best(prospects, lambda row: _known(row["intent"]), seats),
        "fit": _best(prospects, lambda row: _known(row["fit"]), seats),
        "fit_and_intent": _best(prospects, lambda row: fit[row["key"]] + intent[row["key"]], seats),
        "without_profiles": _best(prospects, lambda row: unprofiled[row["key"]] + intent[row["key"]], seats),
        "gate_open": [row["key"] for row in before if row["tier_gate_open"] == "1"],
        "gate": [row["key"] for row in after if row["tier"] == "1"],
        "mean": _best(answered, lambda row: _known(row["mean"]), seats),
    }


def to_ask(rows: Sequence[Row], budget: int) -> list[str]:
    """Whom the product would ask next, as many as there are interviews."""
    wanted = [row for row in rows if row["research_rank"] is not None]
    return _best(wanted, lambda row: -_known(row["research_rank"]), budget)


def _best(rows: Sequence[Row], worth: Callable[[Row], float], most: int) -> list[str]:
    return [row["key"] for row in sorted(rows, key=lambda row: (-worth(row), row["key"]))[:most]]


def _known(value: object) -> float:
    return 0.0 if value is None else float(value)  # type: ignore[arg-type]


def _size(row: Row) -> float:
    """As sales has always chosen: the largest, financial firms first."""
    return log(max(_known(row["employees"]), 1.0)) + (row["industry"] in FINANCIAL)


def _share_below(rows: Sequence[Row], name: str) -> Mapping[str, float]:
    values = np.array([_known(row[name]) for row in rows])
    places = np.searchsorted(np.sort(values), values) / max(len(values), 1)
    return dict(zip((row["key"] for row in rows), places.tolist(), strict=True))
