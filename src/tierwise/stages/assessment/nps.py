"""Would customers recommend us, and how many of those who were asked said so? Beside the verdicts, and part of no score."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query, union_all
from tierwise.stats.grades import grade
from tierwise.stats.intervals import net_promoter, normal_quantile
from tierwise.tables import assessment as dictionary
from tierwise.tables.arrow import filled

if TYPE_CHECKING:
    import pyarrow as pa

SLICE = ("dimension", "name")
COUNTS = ("accounts", "promoters", "passives", "detractors", "asked", "asked_answered")


class NpsSpec(Spec):
    """How long an answer speaks for its account."""

    days: int = default(365, "days after which an answer counts no more", source="judgement", unit="days", ge=1)
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)


def nps_accounts(spec: NpsSpec, as_of: date) -> Query:
    """The newest answer of each person of the last months, by account: counts with their interval. One row per account.

    Net promoter score: share of 9 and 10 less share of 0 to 6, in points. Interval: adjusted Wald (Rocks 2016). Who was asked
    is known only of sources that list people without an answer too.
    """
    return query(
        """
        with listing as (
            select source, count_if(score is null) > 0 as lists_all from nps_answers group by source
        ),
        people as (
            select a.account_id, coalesce(a.respondent, lower(a.email), a.record_id) as person,
                   max(case when l.lists_all then 1 else 0 end) as listed,
                   max(case when a.score is not null then a.answered_at end) as answered_at,
                   last_by(cast(a.score as bigint), coalesce(a.answered_at, a.asked_at, a.known_at), a.record_id) as score
            from nps_answers a
            join listing l on l.source = a.source
            where a.account_id is not null and age_days(coalesce(a.answered_at, a.asked_at, a.known_at), :as_of) <= :days
            group by a.account_id, coalesce(a.respondent, lower(a.email), a.record_id)
        ),
        counted as (
            select account_id, count(score) as answers, count_if(score >= 9) as promoters,
                   count_if(score between 7 and 8) as passives, count_if(score <= 6) as detractors,
                   sum(listed) as asked, sum(case when score is not null then listed else 0 end) as asked_answered,
                   cast(max(answered_at) as date) as last_answer
            from people group by account_id
        ),
        shares as (
            select *, (promoters - detractors) / cast(answers + 3 as double) as centre,
                   (promoters + detractors + 1.5) / cast(answers + 3 as double) as moved
            from counted
        )
        select account_id, answers, promoters, passives, detractors,
               case when answers > 0 then 100.0 * (promoters - detractors) / cast(answers as double) end as value,
               case when answers > 1 then
                   greatest(-100.0, 100.0 * (centre - :z * sqrt((moved - centre * centre) / (answers + 3)))) end as lo,
               case when answers > 1 then
                   least(100.0, 100.0 * (centre + :z * sqrt((moved - centre * centre) / (answers + 3)))) end as hi,
               case when asked > 0 then asked end as asked,
               case when asked > 0 then asked_answered end as asked_answered, last_answer
        from shares
        """,
        as_of=as_of,
        days=spec.days,
        z=normal_quantile(spec.level),
    )


def nps_sums(spec: NpsSpec, as_of: date) -> Query:
    """Sums over ultimate parents, for each segment and all accounts. One row per dimension and name."""
    every = query("select 'total' as dimension, 'all' as name, account_id from nps_accounts")
    segments = query("select 'segment' as dimension, segment as name, account_id from account_segments")
    return query(
        """
        with clusters as (
            select s.dimension, s.name, coalesce(a.ultimate_parent_id, a.account_id) as cluster_id,
                   count_if(n.answers > 0) as accounts, sum(n.answers) as answers, sum(n.promoters) as promoters,
                   sum(n.passives) as passives, sum(n.detractors) as detractors,
                   sum(n.promoters - n.detractors) as net, sum(coalesce(n.asked, 0)) as asked,
                   sum(coalesce(n.asked_answered, 0)) as asked_answered
            from nps_accounts n
            join accounts a on a.account_id = n.account_id
            join sliced s on s.account_id = n.account_id
            group by s.dimension, s.name, coalesce(a.ultimate_parent_id, a.account_id)
        )
        select dimension, name, sum(accounts) as accounts, sum(promoters) as promoters, sum(passives) as passives,
               sum(detractors) as detractors, sum(asked) as asked, sum(asked_answered) as asked_answered,
               count_if(answers > 0) as n_clusters, sum(answers * answers) as answers2, sum(net * net) as net2,
               sum(answers * net) as answers_net, max(answers) as top
        from clusters
        group by dimension, name
        """
    ).with_table("sliced", union_all([every, segments]))


def nps(spec: NpsSpec, as_of: date, nps_sums: pa.Table) -> pa.Table:
    """Net promoter score with its interval, and how many of those asked answered. One row per segment, and one for all.

    Several people of one group of companies are not as many independent answers: counts are reduced by the design effect of
    ultimate parents before the interval is taken. No interval for one parent.
    """
    ordered = nps_sums.sort_by([(name, "ascending") for name in SLICE]).to_pylist()
    return filled(dictionary.NPS, [_row(spec, row) for row in ordered])


def _row(spec: NpsSpec, sums: dict[str, Any]) -> dict[str, Any]:
    row = {name: sums[name] for name in (*SLICE, *COUNTS, "n_clusters")}
    answers = sums["promoters"] + sums["passives"] + sums["detractors"]
    row["answers"] = answers
    if sums["asked"]:
        row["response_rate"] = sums["asked_answered"] / sums["asked"]
    else:
        row |= {"asked": None, "asked_answered": None}
    if not answers:
        return {**row, "n_eff": 0.0, "grade": "C"}
    score = (sums["promoters"] - sums["detractors"]) / answers
    lo = hi = None
    if sums["n_clusters"] > 1:
        effect = _design_effect(sums, answers, score)
        counts = (sums["promoters"] / effect, sums["passives"] / effect, sums["detractors"] / effect)
        lo, hi = net_promoter(*counts, level=spec.level)
    n_eff = answers**2 / sums["answers2"]
    # a score runs from -1 to 1 where a share runs from 0 to 1: half of it is held to the limits of shares
    low, high = (None if end is None else end / 2.0 for end in (lo, hi))
    row["grade"] = grade(sums["accounts"], n_eff, sums["top"] / answers, score / 2.0, low, high)
    in_points = {"value": score, "lo": lo, "hi": hi}
    return {**row, **{name: None if end is None else 100.0 * end for name, end in in_points.items()}, "n_eff": n_eff}


def _design_effect(sums: dict[str, Any], answers: int, score: float) -> float:
    """Variance with ultimate parents as clusters over that of as many independent answers; at least 1."""
    clusters = sums["n_clusters"]
    residual2 = sums["net2"] - 2.0 * score * sums["answers_net"] + score * score * sums["answers2"]
    independent = (sums["promoters"] + sums["detractors"]) / answers - score * score
    if independent <= 1e-12:  # all say the same: what they agree on has no variance to go by
        return max(float(sums["answers2"] / answers), 1.0)
    clustered = clusters / (clusters - 1) * residual2 / answers**2
    return max(clustered * (answers - 1) / independent, 1.0)
