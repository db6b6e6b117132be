"""Which weights do won and lost deals suggest, and what is a score worth? Advice: nothing is changed by it.

Scores are those of the list that was published as of a day before the deal began, so that no score knows how it ended.
Deals are of accounts that sales worked: what they say of accounts that nobody worked is an assumption.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierwise.core.errors import CheckFailed
from tierwise.core.ids import digest
from tierwise.pipeline.explain.account import Reader
from tierwise.stages.assessment.fit import FitSpec, limits
from tierwise.stats.scorecard import weights as learning
from tierwise.stats.scorecard.calibration import Reliability, reliability

Rows = list[dict[str, Any]]
PLACES = 3
BEYOND_CHANCE, BETTER = 0.55, 0.01  # judgement: below these no weights are worth a change
WORKED = "learned on accounts that sales worked; of accounts that nobody worked it says nothing"


@dataclass(frozen=True)
class Learned:
    """What deals say about one criterion. `information` is read as Siddiqi does: useless to strong, or suspect."""

    criterion: str
    weight: float
    learned: float | None
    proposed: float
    information: float
    reading: str
    known: int


@dataclass(frozen=True)
class Proposal:
    """Weights to consider. `won_first` says how often a won deal outranks a lost one, on deals not learned from."""

    criteria: tuple[Learned, ...]
    won: int
    lost: int
    days: tuple[date, ...]
    horizon_days: int
    undated: int
    pull: float
    won_first: float | None
    won_first_now: float | None
    reliability: Reliability | None
    note: str = WORKED

    @property
    def advice(self) -> str:
        """Whether the proposed weights are worth trying, in one sentence."""
        if self.won_first is None or self.won_first_now is None or self.won_first < BEYOND_CHANCE:
            return "keep the present weights: on deals not learned from, the proposed ones tell no more than chance"
        if self.won_first < self.won_first_now + BETTER:
            return "keep the present weights: the proposed ones order deals no better"
        return "worth trying: the proposed weights order deals better; talk them through with sales first"

    @property
    def weights(self) -> dict[str, float]:
        """The proposed weights by criterion."""
        return {row.criterion: row.proposed for row in self.criteria}


@dataclass(frozen=True)
class Deal:
    """The first new-business deal of an account, and whether it was won within the horizon."""

    account_id: str
    created: date
    won: bool


def deals(reader: Reader, as_of: date, horizon_days: int) -> list[Deal]:
    """Each account's first new-business deal that is old enough to be judged, oldest first.

    A deal that is still open after the horizon was not won within it.
    """
    rows = reader.rows(
        """
        select account_id, created, won from (
            select account_id, cast(created_at as date) as created,
                   coalesce(outcome = 'won' and age_days(created_at, :as_of) - age_days(closed_at, :as_of) <= :horizon, false)
                   as won,
                   row_number() over (partition by account_id order by created_at, opportunity_key) as turn
            from opportunities
            where account_id is not null and new_business and created_at is not null
        ) d
        where turn = 1 and age_days(created, :as_of) >= :horizon
        order by created, account_id
        """,
        as_of=as_of,
        horizon=horizon_days,
    )
    return [Deal(row["account_id"], row["created"], bool(row["won"])) for row in rows]


def scores(reader: Reader, accounts: Sequence[str]) -> dict[tuple[str, str], float]:
    """Known scores by account and criterion, as a list has them."""
    rows = reader.rows(
        "select account_id, criterion, score from fit_reasons where score is not null and account_id in (:accounts)",
        accounts=list(accounts) or [""],
    )
    return {(row["account_id"], row["criterion"]): float(row["score"]) for row in rows}


def comparable(then: FitSpec, now: FitSpec) -> bool:
    """Whether two scorecards give the same scores; weights may differ."""
    return {n: (c.score, c.scale, c.otherwise) for n, c in then.criteria.items()} == {
        n: (c.score, c.scale, c.otherwise) for n, c in now.criteria.items()
    }


def wanted_days(found: Sequence[Deal], quarters: int) -> list[date]:
    """The ends of the last quarters before which deals began: the days whose lists hold what was known then."""
    ends: list[date] = []
    for deal in reversed(found):
        first = date(deal.created.year, 3 * ((deal.created.month - 1) // 3) + 1, 1)
        if first - timedelta(days=1) not in ends:
            ends.append(first - timedelta(days=1))
    return sorted(ends[:quarters])


def proposal(
    spec: FitSpec,
    found: Sequence[Deal],
    lists: Sequence[date],
    scores_on: Callable[[date, Sequence[str]], Mapping[tuple[str, str], float]],
    horizon_days: int,
) -> Proposal:
    """Weights that deals suggest, within the guards. `scores_on` gives known scores by account and criterion on a day.

    Raises CheckFailed where fewer than 50 won deals have scores from before they began.
    """
    criteria = list(spec.criteria)
    dated = _dated(found, lists)
    matrix, won = _matrix(criteria, dated, scores_on)
    if int(won.sum()) < learning.LEAST_WINS or won.all():
        raise CheckFailed(
            f"{int(won.sum())} won deals have scores from before they began; {learning.LEAST_WINS} are needed"
            f" ({len(found)} deals are old enough to judge)",
            "make earlier lists first: tierwise calibrate --propose --look-back 8; or keep the weights that people chose",
        )
    now = [spec.criteria[name].weight for name in criteria]
    made = learning.suggest(matrix, won, now, _guards(criteria))
    proposed = _rounded(made.weights)
    rows = [
        Learned(name, now[i], None if made.learned is None else round(made.learned[i], 4), proposed[i],
                round(made.evidence[i].information, 4), made.evidence[i].reading, int((~np.isnan(matrix[:, i])).sum()))
        for i, name in enumerate(criteria)
    ]  # fmt: skip
    return Proposal(
        tuple(rows), int(won.sum()), int((~won).sum()), tuple(sorted({day for _, day in dated})), horizon_days,
        len(found) - len(won), made.pull, made.held_out, made.held_out_now,
        reliability(learning.weighted_score(matrix, now), won),
    )  # fmt: skip


def _dated(found: Sequence[Deal], lists: Sequence[date]) -> list[tuple[Deal, date]]:
    """Each deal with the day of the last list before it began, at most 120 days old; deals without one are left out."""
    made = []
    for deal in found:
        before = [day for day in lists if day < deal.created and (deal.created - day).days <= 120]
        if before:
            made.append((deal, max(before)))
    return made


def _matrix(
    criteria: Sequence[str],
    dated: Sequence[tuple[Deal, date]],
    scores_on: Callable[[date, Sequence[str]], Mapping[tuple[str, str], float]],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Deals x criteria and who won, shuffled by account so that folds mix years; unknown accounts are left out."""
    rows: dict[str, tuple[list[float], bool]] = {}
    for day in sorted({day for _, day in dated}):
        here = {deal.account_id: deal for deal, when in dated if when == day}
        scores = scores_on(day, sorted(here))
        for account, deal in here.items():
            line = [scores.get((account, name), np.nan) for name in criteria]
            if not np.isnan(line).all():
                rows[account] = line, deal.won
    order = sorted(rows, key=lambda account: digest(["deals", account]))
    matrix = np.array([rows[a][0] for a in order], dtype=float).reshape(len(order), len(criteria))
    return matrix, np.array([rows[a][1] for a in order], dtype=bool)


def _guards(criteria: Sequence[str]) -> learning.Guards:
    least, most, pairs = limits()
    lighter = tuple(
        (criteria.index(light), criteria.index(heavy)) for light, heavy in pairs if {light, heavy} <= set(criteria)
    )
    return learning.Guards(least, most, lighter)


def _rounded(weights: Sequence[float]) -> list[float]:
    """Weights to three places that sum to 1 exactly; what rounding leaves over goes to the one it changed most."""
    units = [w * 10**PLACES for w in weights]
    whole = [int(u) for u in units]
    for i in sorted(range(len(units)), key=lambda i: whole[i] - units[i])[: 10**PLACES - sum(whole)]:
        whole[i] += 1
    return [w / 10**PLACES for w in whole]
