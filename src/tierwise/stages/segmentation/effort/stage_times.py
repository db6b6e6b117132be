"""How long do deals stay in a stage before they advance, when many never do? What a stall is measured by (methods h.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stats.survival import Incidence, cumulative_incidence
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.effort import STAGE_TIMES

if TYPE_CHECKING:
    import pyarrow as pa

EVERY_SEGMENT = ""


class StageTimesSpec(Spec):
    """From how many deals a time is said."""

    slow: float = default(0.8, "share of the advances that are over when a deal begins to be slow", source="methods h.5",
                          unit="share", gt=0, lt=1)  # fmt: skip
    least: int = default(
        10, "advances of a segment from which its own time counts; with fewer, that of all segments", unit="deals", ge=1
    )


def stage_spells(spec: StageTimesSpec, as_of: date) -> Query:
    """How long each deal was in each stage, and how that ended. One row per deal and stage entered.

    From when it first entered a stage to when it entered one that it had not been in: an `advance`, or `other` where that
    means lost. The last stage of a deal that is not over lasts until today.
    """
    return query(
        """
        with entered as (
            select h.source, h.opportunity_key, lower(trim(h.stage)) as stage, min(h.entered_at) as entered_at,
                   max(e.outcome) as outcome
            from landing_stage_history h
            left join spec_stages e on e.stage = lower(trim(h.stage))
            group by h.source, h.opportunity_key, lower(trim(h.stage))
        ),
        followed as (
            select e.*, lead(e.entered_at) over turn as left_at, lead(coalesce(e.outcome, 'open')) over turn as next_outcome
            from entered e
            window turn as (partition by source, opportunity_key order by entered_at, outcome nulls first, stage)
        )
        select o.account_id, o.record_id, coalesce(s.segment, '') as segment, f.stage, cast(f.entered_at as date) as entered_on,
               cast(age_days(f.entered_at, case when f.left_at is null then cast(:as_of as timestamp) else f.left_at end)
                    as double) as days,
               case when f.left_at is null then 'open' when f.next_outcome = 'lost' then 'other' else 'advance' end as ended
        from followed f
        join opportunities o on o.source = f.source and o.opportunity_key = f.opportunity_key
        left join account_segments s on s.account_id = o.account_id
        where o.account_id is not null and o.new_business and f.outcome is null
              and (f.left_at is not null or o.outcome = 'open')
        """,
        as_of=as_of,
    )


def stage_days(spec: StageTimesSpec, as_of: date) -> Query:
    """Spells by length and end, per segment and for all. One row per segment, stage and days."""
    return query(
        """
        select g.segment, s.stage, s.days, count_if(s.ended = 'advance') as advanced, count_if(s.ended = 'other') as other,
               count_if(s.ended = 'open') as open
        from stage_spells s
        join (select segment, segment as of_segment from stage_spells
              union select '' as segment, segment as of_segment from stage_spells) g on g.of_segment = s.segment
        group by g.segment, s.stage, s.days
        """
    )


def stage_times(spec: StageTimesSpec, as_of: date, stage_days: pa.Table) -> pa.Table:
    """Days until half of the advances, and until the slow share of them, are over. One row per segment and stage.

    Aalen and Johansen: losses compete, open deals are censored, so that averages of won deals do not set the bar. `segment` ''
    is all segments together, the fallback of those with few advances.
    """
    rows = [
        {"segment": segment, "stage": stage, **_times(spec, counts)}
        for (segment, stage), counts in groups(stage_days, ("segment", "stage"), "days")
    ]
    return filled(STAGE_TIMES, rows)


def _times(spec: StageTimesSpec, counts: pa.Table) -> Mapping[str, Any]:
    days, advanced, other = (numbers(counts, name) for name in ("days", "advanced", "other"))
    every = advanced + other + numbers(counts, "open")
    curve = cumulative_incidence(days, np.cumsum(every[::-1])[::-1], advanced, other, float(days[-1]))
    enough = advanced.sum() >= spec.least
    return {
        "deals": int(every.sum()),
        "advanced": int(advanced.sum()),
        "median_days": _reached(curve, 0.5) if enough else None,
        "slow_days": _reached(curve, spec.slow) if enough else None,
    }


def _reached(curve: Incidence, share: float) -> float:
    """The first time by which a share of the advances that were seen is over."""
    return float(curve.times[np.flatnonzero(curve.incidence >= curve.value * share - 1e-12)[0]])
