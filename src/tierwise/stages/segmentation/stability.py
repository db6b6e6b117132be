"""How sure is each seat? Tiers filled again and again, with the weights and the figures that might as well have been.

Weights are judgements, so they are drawn around those of the model; what is unknown is anything within its bounds, and the
value of a segment anything its interval allows (methods e.6). Seats are filled anew in every draw; the gate stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import log, sqrt
from typing import TYPE_CHECKING, Any

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stats.scorecard.stability import Contest, seat_chances
from tierwise.tables.arrow import filled, groups
from tierwise.tables.segmentation import sureness as dictionary

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Row = Mapping[str, Any]
SEED = 20


class StabilitySpec(Spec):
    """How far weights and figures are let stray, and what is then called robust or fragile."""

    concentration: float = default(
        100.0, "how close drawn weights stay to the model's; at 100 a weight of 0.20 varies by a fifth of itself",
        source="judgement (methods e.6)", gt=0,
    )  # fmt: skip
    draws: int = default(2000, "times that the seats are filled", source="methods e.6", ge=100, le=20_000)
    robust: float = default(
        0.9, "an account that keeps its tier in this share of draws is robust", source="judgement (methods e.6)",
        unit="share", gt=0.5, le=1,
    )  # fmt: skip
    fragile: float = default(
        0.6, "below this share it is fragile", source="judgement (methods e.6)", unit="share", gt=0, lt=1
    )
    near_miss: float = default(
        0.1, "accounts without a seat are listed when they get one in this share of draws", unit="share", gt=0, lt=1
    )
    contenders: int = default(
        2000, "most accounts that compete in the draws, best first; the rest is counted", unit="accounts", ge=100
    )


def contenders(spec: StabilitySpec, as_of: date) -> Query:
    """Accounts that can reach a seat when weights stray by three standard deviations. One row per account.

    Within a segment the value is common, so an account that as many others precede for sure as there are seats cannot
    get one. The variance of a weighted score under Dirichlet weights is sum(w x^2) - sum(w x)^2, over concentration + 1.
    """
    return query(
        """
        with seats as (
            select coalesce(team, '') as team, count_if(tier = '1') as first_seats, count_if(tier = '2') as second_seats
            from tiers group by coalesce(team, '')
        ),
        ranking as (select coalesce(max(case when lifetime_value is not null then 1 else 0 end), 0) = 1 as by_value
                    from verdicts),
        ranged as (
            select t.account_id,
                   least(max(f.highest) + 60 * sqrt(greatest(sum(t.weight * t.most * t.most)
                         - power(sum(t.weight * t.most), 2), 0) / :spread), 100) as most,
                   greatest(max(f.lowest) - 60 * sqrt(greatest(sum(t.weight * t.least * t.least)
                            - power(sum(t.weight * t.least), 2), 0) / :spread), 0) as least
            from (select account_id, weight, coalesce(score, 5) as most, coalesce(score, 0) as least
                  from fit_reasons) t
            join fit f on f.account_id = t.account_id
            group by t.account_id
        ),
        keyed as (
            select c.account_id, s.team, c.segment, c.value, c.chance_to_act, c.attention,
                   c.ready_one_to_one or t.tier = '1' as ready, t.tier,
                   t.rank, r.by_value, s.first_seats, s.second_seats,
                   case when r.by_value then c.segment else '' end as contest,
                   case when r.by_value then c.value else 0 end as level,
                   round(g.most * case when r.by_value then 1 else c.chance_to_act end, 6) as most,
                   round(g.least * case when r.by_value then 1 else c.chance_to_act end, 6) as least
            from candidates c
            join tiers t on t.account_id = c.account_id
            join ranged g on g.account_id = c.account_id
            cross join ranking r
            join seats s on s.team = coalesce(c.team, '')
            where c.standing = 'eligible' and (c.seatable or t.tier in ('1', '2'))
        ),
        placed as (
            select k.*,
                   rank() over (partition by team, contest, ready order by level desc) - 1 as ahead,
                   row_number() over (partition by team, contest, ready, level order by least desc, account_id) as place
            from keyed k
        ),
        reaching as (
            select p.*,
                   max(case when ahead + place = first_seats + second_seats then least end) over (
                       partition by team, contest, ready, level) as bar
            from placed p
        ),
        counted as (
            select r.*, count(*) over () as reach,
                   row_number() over (order by case when tier in ('1', '2') then 0 else 1 end, rank, account_id) as turn,
                   row_number() over (order by attention desc, account_id) as position
            from reaching r
            where tier in ('1', '2') or (ahead < first_seats + second_seats and most >= coalesce(bar, most))
        )
        select account_id, team, segment, tier, ready, value, chance_to_act, by_value, position, first_seats, second_seats,
               greatest(reach - :contenders, 0) as left_out
        from counted
        where turn <= :contenders
        """,
        spread=spec.concentration + 1,
        contenders=spec.contenders,
    )


def contender_scores(spec: StabilitySpec, as_of: date) -> Query:
    """The scores of the accounts that compete. One row per account and criterion."""
    return query(
        """
        select r.account_id, r.criterion, r.weight, r.score
        from fit_reasons r join contenders c on c.account_id = r.account_id
        """
    )


def stability(
    spec: StabilitySpec,
    as_of: date,
    contenders: pa.Table,
    contender_scores: pa.Table,
    verdicts: pa.Table,
    lifetime_value: pa.Table,
    win_rates: pa.Table,
) -> pa.Table:
    """The chance that each account keeps its tier. One row per seated account and near miss."""
    if not contenders.num_rows:
        return filled(dictionary.STABILITY, ())
    spread = segment_spread(verdicts, lifetime_value, win_rates)
    made: list[Row] = []
    for _, team in groups(contenders, ("team",), "position"):
        made += _of_team(spec, team.to_pylist(), contender_scores, spread)
    return filled(dictionary.STABILITY, sorted(made, key=lambda row: str(row["account_id"])))


def _of_team(spec: StabilitySpec, rows: list[Row], scores: pa.Table, spread: Mapping[str, float]) -> list[Row]:
    """The rows of one team, whose accounts compete for its own seats."""
    contest = _contest(rows, scores, spread)
    made: list[Row] = []
    drawn = [
        seat_chances(contest, SEED, spec.concentration, spec.draws, weights, data)
        for weights, data in ((True, True), (True, False), (False, True))
    ]
    for place, row in enumerate(rows):
        first, second = float(drawn[0].first[place]), float(drawn[0].second[place])
        if row["tier"] not in ("1", "2") and first + second < spec.near_miss:
            continue
        stays = [_stays(row["tier"], float(c.first[place]), float(c.second[place])) for c in drawn]
        made.append(
            {
                "account_id": row["account_id"], "tier": row["tier"], "chance_one_to_one": round(first, 6),
                "chance_one_to_few": round(second, 6), "stays": round(stays[0], 6), "stays_weights": round(stays[1], 6),
                "stays_data": round(stays[2], 6), "standing": _standing(spec, stays[0]),
                "near_miss": row["tier"] not in ("1", "2"), "contenders": len(rows), "left_out": row["left_out"],
            }
        )  # fmt: skip
    return made


def segment_spread(verdicts: pa.Table, lifetime_value: pa.Table, win_rates: pa.Table) -> dict[str, float]:
    """Standard deviation of the log of each segment's value, CLV x win rate, from their standard errors.

    A segment without a value of its own has that of all, and may lie as far from it as the segments lie from each other.
    """
    rows = verdicts.to_pylist()
    values = [row["lifetime_value"] for row in rows if row["lifetime_value"]]
    mean = sum(values) / len(values) if values else 0.0
    apart = sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1)) / mean if len(values) > 1 and mean else 0.0
    relative = [_relative_errors(table) for table in (lifetime_value, win_rates)]
    made = {}
    for row in rows:
        name = row["segment"]
        worth = relative[0].get(name) if row["lifetime_value"] else max(apart, relative[0].get(name) or 0.0)
        made[name] = sqrt(log(1 + (worth or 0.0) ** 2) + log(1 + (relative[1].get(name) or 0.0) ** 2))
    return made


def _relative_errors(table: pa.Table) -> dict[str, float]:
    """Standard error over value per segment, of the pooled figures where there are any."""
    made = {}
    for row in table.to_pylist():
        kind = "shrunk_" if row["shrunk_se"] is not None else ""
        value, error = row["shrunk_value"] if kind else row["value"], row[f"{kind}se"]
        if row["dimension"] == "segment" and value and error is not None:
            made[row["name"]] = abs(error / value)
    return made


def _contest(rows: list[Row], scores: pa.Table, spread: Mapping[str, float]) -> Contest:
    import numpy as np

    accounts = [str(row["account_id"]) for row in rows]
    weights = {r["criterion"]: r["weight"] for r in scores.to_pylist()}
    criteria = sorted(weights)
    segments = sorted({str(row["segment"]) for row in rows})
    first = rows[0]
    return Contest(
        accounts=accounts,
        scores=_matrix(accounts, criteria, scores),
        weights=np.array([weights[c] for c in criteria], dtype=float),
        values=np.array([row["value"] or 0.0 for row in rows], dtype=float) if first["by_value"] else None,
        chances=np.array([row["chance_to_act"] for row in rows], dtype=float),
        groups=segments,
        group=np.array([segments.index(str(row["segment"])) for row in rows], dtype=np.int64),
        spread=np.array([spread.get(name, 0.0) for name in segments], dtype=float),
        ready=np.array([row["ready"] for row in rows], dtype=bool),
        seats=(first["first_seats"], first["second_seats"]),
    )


def _matrix(accounts: list[str], criteria: list[str], scores: pa.Table) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Scores as accounts x criteria, NaN where unknown."""
    import numpy as np

    line, column = {name: i for i, name in enumerate(accounts)}, {name: i for i, name in enumerate(criteria)}
    made = np.full((len(accounts), len(criteria)), np.nan)
    for row in scores.to_pylist():
        if row["score"] is not None and row["account_id"] in line:
            made[line[row["account_id"]], column[row["criterion"]]] = row["score"]
    return made


def _stays(tier: str, first: float, second: float) -> float:
    return {"1": first, "2": second}.get(tier, 1.0 - first - second)


def _standing(spec: StabilitySpec, stays: float) -> str:
    return "robust" if stays >= spec.robust else "fragile" if stays < spec.fragile else "middling"
