"""Is ABM the right motion here at all? Demand generation, ABM, both of them, or: do not run ABM here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from tierwise.core.errors import near_miss
from tierwise.core.spec import Spec, default
from tierwise.stats.grades import GRADES
from tierwise.stats.market.motion import PER_POINT, index, motion, quantile_draws, score
from tierwise.stats.survival import cumulative_incidence
from tierwise.tables import market as dictionary
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.market import QUANTILES

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[np.float64]
Key = tuple[str, str]
Row = Mapping[str, Any]

TOTAL, UNIVERSE = ("total", "all"), ("universe", "all")
DRAWS = 2000
LEVEL = 0.95
UNITS = {"contract_value": "model currency per year", "cycle": "days", "committee": "people", "concentration": "share",
         "market_size": "accounts", "target_deal": "times a typical contract"}  # fmt: skip
ESTIMATED = ("contract_value", "cycle", "committee", "target_deal")
DECLARE = "`break_even: {one_to_few: {cost: ...}}`"
SAID = {
    "demand_generation_led": "Let demand generation lead",
    "both": "Run both: ABM for the accounts that are worth it, demand generation for the rest",
    "abm_led": "Let ABM lead",
    "no_abm": "Do not run ABM here",
    "unknown": "Too little is on record to say",
}


class MotionCriterionSpec(Spec):
    """One criterion of the index, straight between its anchors: {weight: 0.30, anchors: {15000: 0, 50000: 2, 100000: 4}}."""

    weight: float = Field(description="share of the whole", ge=0, le=1)
    anchors: dict[float, float] = Field(description="value -> score, 0 (demand generation) to 4 (ABM)", min_length=2)

    @field_validator("anchors")
    @classmethod
    def _scores(cls, anchors: dict[float, float]) -> dict[float, float]:
        if any(not 0 <= at <= 4 for at in anchors.values()):
            raise ValueError("scores lie between 0 and 4")
        return dict(sorted(anchors.items()))


def _template() -> dict[str, MotionCriterionSpec]:
    """Weights and anchors of methods n; docs/methods/motion_fit.md says where each comes from, and which are judgement."""
    return {
        "contract_value": MotionCriterionSpec(weight=0.30, anchors={15_000: 0, 50_000: 2, 100_000: 4}),
        "cycle": MotionCriterionSpec(weight=0.15, anchors={30: 0, 90: 2, 180: 4}),
        "committee": MotionCriterionSpec(weight=0.15, anchors={2: 0, 5: 2, 8: 4}),
        "concentration": MotionCriterionSpec(weight=0.15, anchors={0.3: 0, 0.6: 2, 0.8: 4}),
        "market_size": MotionCriterionSpec(weight=0.10, anchors={1_000: 4, 5_000: 2, 20_000: 0}),
        "target_deal": MotionCriterionSpec(weight=0.15, anchors={1: 0, 2: 2, 3: 4}),
    }


class MotionFitSpec(Spec):
    """The index and what it takes to decide. Money anchors are in the model's currency: about a dollar a unit, or your own."""

    criteria: dict[str, MotionCriterionSpec] = default(
        _template, "criteria by name; one that is given replaces the default of its name", source="methods n"
    )
    demand_generation_below: float = default(35.0, "below it demand generation leads", source="methods n", ge=0, le=100)
    abm_above: float = default(65.0, "above it ABM leads", source="methods n", ge=0, le=100)
    least_coverage: float = default(0.5, "weight that must be known for an answer", unit="share", ge=0, le=1)
    least_n: int = default(
        5, "with fewer customers or won deals a criterion counts as unknown", source="docs/methods/motion_fit.md", ge=1
    )

    @field_validator("criteria")
    @classmethod
    def _every_criterion(cls, criteria: dict[str, MotionCriterionSpec]) -> dict[str, MotionCriterionSpec]:
        known = _template()
        for name in criteria:
            if name not in known:
                raise ValueError(
                    f"'{name}' is not a criterion", near_miss(name, known) or f"one of: {', '.join(known)}"
                )
        merged = {**known, **criteria}
        if not any(criterion.weight > 0 for criterion in merged.values()):
            raise ValueError("no criterion has weight")
        return merged

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.demand_generation_below > self.abm_above:
            raise ValueError("`demand_generation_below` lies above `abm_above`")
        return self

    def motion(self, value: float) -> str:
        """The motion that an index stands for."""
        return str(motion(value, self.demand_generation_below, self.abm_above))

    @property
    def weights(self) -> dict[str, float]:
        whole = sum(criterion.weight for criterion in self.criteria.values())
        return {name: criterion.weight / whole for name, criterion in self.criteria.items()}


@dataclass(frozen=True)
class _Found:
    """A criterion's value, where it may truly lie, and what it was read from."""

    value: float | None = None
    n: int = 0
    basis: str = ""
    note: str = ""
    draws: Array | None = None

    def interval(self) -> tuple[float | None, float | None]:
        if self.draws is None:
            return None, None
        lo, hi = np.quantile(self.draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(lo), float(hi)


def motion_criteria(
    spec: MotionFitSpec,
    as_of: date,
    spec_segments: pa.Table,
    motion_sums: pa.Table,
    concentration: pa.Table,
    win_rates: pa.Table,
    win_days: pa.Table,
) -> pa.Table:
    """What speaks for and against ABM. One row per dimension, name and criterion, also where nothing is on record."""
    records = _Records.of(spec, motion_sums, concentration, win_rates, win_days)
    rows = [row for key in _keys(spec_segments) for row in _criteria_rows(spec, key, records.criteria(key))]
    return filled(dictionary.MOTION_CRITERIA, rows)


def motion_fit(
    spec: MotionFitSpec,
    as_of: date,
    spec_segments: pa.Table,
    motion_sums: pa.Table,
    concentration: pa.Table,
    win_rates: pa.Table,
    win_days: pa.Table,
    break_even: pa.Table,
) -> pa.Table:
    """Which motion fits. One row per segment, and one for all.

    The economics have a veto: where not even 1:few pays for itself, the answer is not to run ABM, whatever the index says.
    """
    records = _Records.of(spec, motion_sums, concentration, win_rates, win_days)
    economics = {(row["dimension"], row["name"], row["tier"]): row for row in break_even.to_pylist()}
    rows = []
    for key in _keys(spec_segments):
        tiers = {tier: economics.get((*key, tier), {}) for tier in ("one_to_one", "one_to_few")}
        rows.append(_fit_row(records, key, tiers))
    return filled(dictionary.MOTION_FIT, rows)


def _keys(spec_segments: pa.Table) -> list[Key]:
    return [TOTAL, *(("segment", name) for name in spec_segments["segment"].to_pylist())]


@dataclass(frozen=True)
class _Records:
    """What is on record, by dimension and name."""

    spec: MotionFitSpec
    sums: Mapping[tuple[str, str, str], Row]
    shares: Mapping[Key, Row]
    rates: Mapping[Key, Row]
    days: Mapping[Key, Any]

    @classmethod
    def of(cls, spec: MotionFitSpec, sums: pa.Table, shares: pa.Table, rates: pa.Table, days: pa.Table) -> _Records:
        return cls(
            spec,
            {(row["measure"], row["dimension"], row["name"]): row for row in sums.to_pylist()},
            {(row["dimension"], row["name"]): row for row in shares.to_pylist() if row["basis"] == "potential"},
            {(row["dimension"], row["name"]): row for row in rates.to_pylist()},
            {(key[0], key[1]): rows for key, rows in groups(days, ("dimension", "name"), "days")},
        )

    def accounts(self, key: Key) -> int:
        """Identifiable accounts."""
        return int(self.shares.get(key, {}).get("identifiable", 0))

    def criteria(self, key: Key) -> dict[str, _Found]:
        """Every criterion of one company or segment; unknown where too little is on record."""
        return {
            "contract_value": self._quantile("contract_value", key),
            "cycle": self._cycle(key),
            "committee": self._quantile("committee", key),
            "concentration": self._concentration(key),
            "market_size": self._market_size(key),
            "target_deal": self._target_deal(key),
        }

    def upper_quarter(self, key: Key) -> float | None:
        row = self.sums.get(("contract_value", *key), {})
        return row["p75"] if row.get("n", 0) >= self.spec.least_n else None

    def _quantile(self, measure: str, key: Key) -> _Found:
        row = self.sums.get((measure, *key))
        if row is None or row["n"] < self.spec.least_n:
            return _few(row["n"] if row else 0)
        values = [row[f"p{100 * p:.0f}"] for p in QUANTILES]
        draws = quantile_draws(QUANTILES, values, 0.5, row["n"], _random(measure, *key), DRAWS)
        whale = row["mean"] / row["p50"] if row["p50"] > 0 else 1.0
        note = f"mean {row['mean']:,.0f}, upper quarter from {row['p75']:,.0f}" if measure == "contract_value" else ""
        if note and whale >= 2:
            note += "; few large ones lift the mean, so the median counts"
        return _Found(row["p50"], row["n"], row["basis"], note, draws)

    def _cycle(self, key: Key) -> _Found:
        rate, days = self.rates.get(key, {}), self.days.get(key)
        if days is None or rate.get("median_days_to_win") is None:
            return _few(rate.get("won") or 0)
        times, won, lost, still = (numbers(days, name) for name in ("days", "won", "lost", "open"))
        at_risk = (won + lost + still)[::-1].cumsum()[::-1]
        curve = cumulative_incidence(times, at_risk, won, lost, rate["window_days"])
        n = int(curve.events.sum())
        if n < self.spec.least_n:
            return _few(n)
        seen = curve.events > 0
        share = np.concatenate([[0.0], curve.incidence[seen] / curve.value])
        at = np.concatenate([curve.times[seen][:1], curve.times[seen]])
        draws = quantile_draws(share.tolist(), at.tolist(), 0.5, n, _random("cycle", *key), DRAWS)
        return _Found(float(rate["median_days_to_win"]), n, "won deals, open ones censored", "", draws)

    def _concentration(self, key: Key) -> _Found:
        row = self.shares.get(key, {})
        if row.get("top_share") is None or row["n"] < self.spec.least_n:
            return _few(row.get("n", 0), "no figure of what accounts could bring: see `concentration.potential`")
        note = f"Gini {row['gini']:.2f}; known of {row['n']:,} of {row['accounts']:,} accounts"
        return _Found(row["top_share"], row["n"], "potential held by the largest fifth", note)

    def _market_size(self, key: Key) -> _Found:
        accounts = self.accounts(key)
        note = "a list of all possible buyers may be longer"
        return (
            _Found(float(accounts), accounts, "accounts on record with a name or a domain", note)
            if accounts
            else _few(0)
        )

    def _target_deal(self, key: Key) -> _Found:
        """The median contract of the segment (for all: of the universe) over that of everybody."""
        own = self._quantile("contract_value", UNIVERSE if key == TOTAL else key)
        every = self._quantile("contract_value", TOTAL)
        if own.value is None or not every.value or own.draws is None or every.draws is None:
            return _few(own.n)
        draws = own.draws / np.maximum(every.draws, 1e-9)
        whose = "median contract in the universe" if key == TOTAL else "median contract of the segment"
        return _Found(own.value / every.value, own.n, f"{whose} over that of all customers", "", draws)


def _few(n: int, note: str = "") -> _Found:
    return _Found(None, n, "", note or ("nothing on record" if n == 0 else f"only {n} on record: counts as unknown"))


def _random(*names: str) -> np.random.Generator:
    """Draws that depend on whose they are and on nothing else."""
    return np.random.default_rng(crc32("/".join(names).encode()))


def _criteria_rows(spec: MotionFitSpec, key: Key, found: Mapping[str, _Found]) -> Iterator[dict[str, Any]]:
    points = _points(spec, found)
    for name, one in found.items():
        lo, hi = one.interval()
        yield {
            "dimension": key[0], "name": key[1], "criterion": name,
            "value": _rounded(one.value), "lo": _rounded(lo), "hi": _rounded(hi), "unit": UNITS[name], "n": one.n,
            "score": _rounded(_score(spec, name, one.value)), "weight": _rounded(spec.weights[name]),
            "points": points[name], "basis": one.basis or None, "note": one.note or None,
        }  # fmt: skip


def _points(spec: MotionFitSpec, found: Mapping[str, _Found]) -> dict[str, Decimal | None]:
    """What each criterion adds to the index; in decimals, so that the index is exactly their sum."""
    known = sum(weight for name, weight in spec.weights.items() if found[name].value is not None)
    parts: dict[str, Decimal | None] = {}
    for name, weight in spec.weights.items():
        at = _score(spec, name, found[name].value)
        parts[name] = None if at is None else Decimal(f"{PER_POINT * weight * at / known if known else 0.0:.6f}")
    return parts


def _score(spec: MotionFitSpec, name: str, value: float | None) -> float | None:
    return None if value is None else float(score(value, spec.criteria[name].anchors))


def _fit_row(records: _Records, key: Key, tiers: Mapping[str, Row]) -> dict[str, Any]:
    spec, found = records.spec, records.criteria(key)
    scores = {name: _score(spec, name, one.value) for name, one in found.items()}
    above = records.upper_quarter(key)
    upper = index({**scores, "contract_value": _score(spec, "contract_value", above)}, spec.weights)
    bounds = index(scores, spec.weights)
    parts = [part for part in _points(spec, found).values() if part is not None]
    answered = bounds.coverage >= spec.least_coverage and bool(parts)
    value = sum(parts, Decimal(0)) if parts else None
    word = spec.motion(float(value)) if answered and value is not None else "unknown"
    vetoed = tiers["one_to_few"].get("answer") in ("fails", "implausible")
    draws = _index_draws(spec, found)
    estimated = [found[name].n for name in ESTIMATED if found[name].value is not None]
    row = {
        "dimension": key[0], "name": key[1], "motion": "no_abm" if vetoed else word, "index": value,
        "lowest": _rounded(bounds.lowest), "highest": _rounded(bounds.highest), "coverage": _rounded(bounds.coverage),
        "index_of_upper_quarter": _rounded(upper.value) if above is not None else None,
        "accounts": records.accounts(key), "n": min(estimated, default=0), "grade": _grade(spec, estimated, bounds.coverage),
        **_chances(spec, draws, answered),
    }  # fmt: skip
    return row | {"said": _said(spec, row, word, tiers, found)}


def _index_draws(spec: MotionFitSpec, found: Mapping[str, _Found]) -> Array | None:
    known = {name: one for name, one in found.items() if one.value is not None}
    if not known:
        return None
    whole = sum(spec.weights[name] for name in known)
    total = np.zeros(DRAWS)
    for name, one in known.items():
        at = one.draws if one.draws is not None else np.full(DRAWS, one.value)
        total += spec.weights[name] * score(at, spec.criteria[name].anchors)
    return np.asarray(PER_POINT * total / whole) if whole > 0 else None


def _chances(spec: MotionFitSpec, draws: Array | None, answered: bool) -> dict[str, float | None]:
    if draws is None:
        return {}
    lo, hi = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    ends: dict[str, float | None] = {"lo": _rounded(float(lo)), "hi": _rounded(float(hi))}
    if not answered:
        return ends
    below, above = float(np.mean(draws < spec.demand_generation_below)), float(np.mean(draws > spec.abm_above))
    return ends | {
        "chance_demand_generation_led": _rounded(below),
        "chance_both": _rounded(max(1 - below - above, 0.0)),
        "chance_abm_led": _rounded(above),
    }


def _grade(spec: MotionFitSpec, estimated: list[int], coverage: float) -> str:
    """A with 30 behind each estimate and nearly every criterion known, C where one rests on fewer than ten."""
    n = min(estimated, default=0)
    if n < 10 or coverage < spec.least_coverage:
        return GRADES[2]
    return GRADES[0] if n >= 30 and coverage >= 0.85 else GRADES[1]


def _said(spec: MotionFitSpec, row: Row, word: str, tiers: Mapping[str, Row], found: Mapping[str, _Found]) -> str:
    few, one = tiers["one_to_few"], tiers["one_to_one"]
    parts = [SAID[row["motion"]]]
    if row["motion"] == "no_abm":
        if few["default_cost"]:
            parts = [f"{parts[0]} at the default cost, a judgement (declare yours: {DECLARE})"]
        parts.append(few["said"])
        if word in ("both", "abm_led"):
            parts.append(f"the index of {row['index']:.0f} does not change that")
        return "; ".join(parts)
    if word == "unknown":
        missing = [name.replace("_", " ") for name, got in found.items() if got.value is None]
        return f"{parts[0]}; not known: {', '.join(missing)}"
    if not _settled(spec, row, word):
        parts.append(
            f"what is not known could make the index anything from {row['lowest']:.0f} to {row['highest']:.0f}"
        )
    if word != "demand_generation_led":
        if one.get("answer") in ("fails", "implausible"):
            parts.append("not 1:1, which does not pay for itself")
        if few.get("answer") in ("ask", "unknown"):
            parts.append(few["said"])
    return "; ".join(parts)


def _settled(spec: MotionFitSpec, row: Row, word: str) -> bool:
    """Whether no value of the unknown criteria could change the answer."""
    return all(spec.motion(row[end]) == word for end in ("lowest", "highest"))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)
