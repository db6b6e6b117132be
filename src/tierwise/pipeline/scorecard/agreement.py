"""Do people agree among themselves, and the model with them? Theirs first: no model can agree more than they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from tierwise.core.ids import digest
from tierwise.pipeline.explain.account import Reader
from tierwise.stats.scorecard import agreement as measure
from tierwise.stats.scorecard.agreement import Agreement, Overlap

Rows = list[dict[str, Any]]
LEVELS = 6
LISTED = 10
ENOUGH, TOO_LITTLE = 0.5, 0.3  # tau-b from which a roll-out is well founded, and below which it stops (methods e.5)
TIER_PLACES = {"1": 0, "2": 1}


@dataclass(frozen=True)
class Pair:
    """Two raters on the accounts that both rated."""

    first: str
    second: str
    tau: Agreement
    kappa: Agreement
    kappa_means: str


@dataclass(frozen=True)
class Disagreement:
    """An account that people and the model place far apart; places run from 0, last, to 1, first."""

    account_id: str
    name: str
    tier: str
    rating: float
    raters: int
    fit: float
    people_place: float
    model_place: float
    comments: tuple[str, ...]
    criteria: Rows


@dataclass(frozen=True)
class Calibration:
    """What the ratings say. `alpha` is Krippendorff's, over all raters; `tau` of fit and mean rating over accounts.

    `kappa` compares tiers: people's are their mean ratings cut at the model's numbers of seats within the sample.
    """

    raters: dict[str, int]
    accounts: int
    alpha: float | None
    pairs: tuple[Pair, ...]
    tau: Agreement
    tau_p_value: float | None
    kappa: Agreement
    kappa_means: str
    overlap: Overlap
    verdict: str
    people_higher: tuple[Disagreement, ...]
    model_higher: tuple[Disagreement, ...]


def in_force(entries: Sequence[Mapping[str, Any]]) -> Rows:
    """The ratings that count: the latest of each person on each account, neither replaced nor withdrawn."""
    standing = [e for e in entries if e["replaced_by"] is None and not e["withdraws"] and e.get("rating") is not None]
    return list({(e["rater"], e["account_id"]): {"comment": None, **e} for e in standing}.values())


def calibration(reader: Reader, ratings: Rows) -> Calibration:
    """People against each other and the model against people, on the accounts of a snapshot that were rated."""
    listed = _accounts(reader, sorted({r["account_id"] for r in ratings}))
    known = [r for r in ratings if r["account_id"] in listed]
    raters = sorted({r["rater"] for r in known})
    given = {rater: {r["account_id"]: int(r["rating"]) for r in known if r["rater"] == rater} for rater in raters}
    names = sorted(listed)
    matrix = np.array([[given[rater].get(name, np.nan) for name in names] for rater in raters], dtype=float)
    means = np.nanmean(matrix, axis=0) if names else np.zeros(0)
    fits = np.array([float(listed[name]["fit"]) for name in names])
    clusters = np.unique([listed[name]["ultimate_parent_id"] for name in names], return_inverse=True)[1]
    tau = measure.tau_b_interval(means, fits, _random("model"), clusters=[int(c) for c in clusters])
    kappa, seats = _tiers_compared([listed[name]["tier"] for name in names], means)
    pairs = tuple(_pair(a, b, given) for a, b in combinations(raters, 2))
    people_higher, model_higher = _apart(reader, names, listed, means, fits, known)
    return Calibration(
        {rater: len(given[rater]) for rater in raters},
        len(names),
        measure.krippendorff_ordinal(matrix) if names else None,
        pairs,
        tau,
        measure.tau_b_p_value(means, fits) if names else None,
        kappa,
        measure.in_words(kappa.value),
        measure.overlap(list(means), list(fits), seats),
        _verdict(tau, [p.tau.value for p in pairs if p.tau.value is not None]),
        people_higher,
        model_higher,
    )


def _accounts(reader: Reader, wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
    if not wanted:
        return {}
    rows = reader.rows(
        """
        select t.account_id, t.tier, t.fit, a.name, a.ultimate_parent_id
        from tiers t join accounts a on a.account_id = t.account_id
        where t.account_id in (:wanted) and t.fit is not null
        """,
        wanted=list(wanted),
    )
    return {row["account_id"]: row for row in rows}


def _pair(first: str, second: str, given: Mapping[str, Mapping[str, int]]) -> Pair:
    shared = sorted(set(given[first]) & set(given[second]))
    a, b = [given[first][name] for name in shared], [given[second][name] for name in shared]
    rng = _random(first, second)
    tau = measure.tau_b_interval(a, b, rng) if shared else Agreement(None, None, None, 0)
    kappa = measure.kappa_interval(a, b, LEVELS, rng) if shared else Agreement(None, None, None, 0)
    return Pair(first, second, tau, kappa, measure.in_words(kappa.value))


def _tiers_compared(tiers: Sequence[str], means: Any) -> tuple[Agreement, int]:
    """The model's tiers against those that people's order would fill, and the seats of tier 1 within the sample."""
    model = [TIER_PLACES.get(tier, 2) for tier in tiers]
    first, second = model.count(0), model.count(1)
    people = [2] * len(model)
    for place, index in enumerate(np.argsort(-means, kind="stable")):
        people[int(index)] = 0 if place < first else 1 if place < first + second else 2
    found = measure.kappa_interval(model, people, 3, _random("tiers")) if model else Agreement(None, None, None, 0)
    return found, first or min(LISTED, len(model) // 2)


def _apart(
    reader: Reader, names: Sequence[str], listed: Mapping[str, Mapping[str, Any]], means: Any, fits: Any, ratings: Rows
) -> tuple[tuple[Disagreement, ...], tuple[Disagreement, ...]]:
    """The accounts that people place far above the model, and far below; most apart first."""
    if len(names) < 2:
        return (), ()
    people, model = _places(means), _places(fits)
    gaps = people - model
    order = sorted(range(len(names)), key=lambda i: (-abs(gaps[i]), names[i]))
    above, below = ([i for i in order if sign * gaps[i] > 0][:LISTED] for sign in (1, -1))
    reasons = reader.rows(
        "select * from fit_reasons where account_id in (:wanted) order by account_id, weight desc, criterion",
        wanted=[names[i] for i in (*above, *below)] or [""],
    )

    def described(i: int) -> Disagreement:
        mine = [r for r in ratings if r["account_id"] == names[i]]
        return Disagreement(
            names[i], listed[names[i]]["name"], listed[names[i]]["tier"], round(float(means[i]), 2), len(mine),
            float(fits[i]), round(float(people[i]), 4), round(float(model[i]), 4),
            tuple(f"{r['rater']}: {r['comment']}" for r in mine if r["comment"]),
            [{name: r[name] for name in ("criterion", "score", "weight", "points")} for r in reasons
             if r["account_id"] == names[i]],
        )  # fmt: skip

    return tuple(described(i) for i in above), tuple(described(i) for i in below)


def _places(values: Any) -> Any:
    """Average rank, 0 for the last and 1 for the first."""
    below = (values[None, :] < values[:, None]).sum(axis=1)
    level = (values[None, :] == values[:, None]).sum(axis=1)
    return (below + (level - 1) / 2.0) / (len(values) - 1)


def _verdict(tau: Agreement, among: Sequence[float]) -> str:
    """What to do next, in one sentence."""
    if tau.value is None:
        return "nothing can be said: rate more accounts, and use the whole scale"
    if among and float(np.mean(among)) < TOO_LITTLE:
        return "people do not agree among themselves: settle first what a good account is"
    if tau.value >= ENOUGH:
        return "the model orders accounts much as people do"
    if tau.value < TOO_LITTLE:
        return "stop: the model and people mean different accounts; go through the lists below before rolling out"
    return "the model and people agree in part; go through the lists below"


def _random(*parts: str) -> np.random.Generator:
    return np.random.default_rng(int(digest(["calibration", *parts], 12), 16))
