"""How did events find their accounts, how sure is each way, and how often was it right about people who are known?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tierwise.core.vocabulary import IDENTIFIED_BY
from tierwise.pipeline.explain.account import Reader, Rows
from tierwise.stages.accounts.visitors import VisitorsSpec
from tierwise.stats.estimate import Estimate
from tierwise.stats.ratios import RatioSums, proportion

SUMS = ("n", "clusters", "den", "num", "den2", "num2", "cross", "relative", "top")


@dataclass(frozen=True)
class Way:
    """One way in which events found their account: how many, with which confidence, and how often it was right.

    `declared` is what the model gives where a file says nothing. `measured` is the share of visits of known people in which
    this way led to the account that is known (a visit: one person or device, one day); None where it was never seen beside one.
    """

    way: str
    events: int
    accounts: int
    confidence: float | None
    declared: float
    measured: Estimate | None

    @property
    def off(self) -> bool:
        """Whether the measured share contradicts the declared confidence, with evidence that counts."""
        found = self.measured
        if found is None or found.lo is None or found.hi is None or found.grade == "C":
            return False
        return not found.lo <= self.declared <= found.hi


@dataclass(frozen=True)
class Visitors:
    """The ways, surest first; events without an account by reason; the files of ranges with their age."""

    ways: tuple[Way, ...]
    unidentified: Rows
    ranges: Rows


def visitors(reader: Reader, spec: VisitorsSpec, as_of: date) -> Visitors:
    """What is known of identification on a snapshot."""
    declared = {"known": 1.0, "email": spec.email, "domain": spec.domain, "ip": spec.ip}
    counted = {row["way"]: row for row in _counted(reader)}
    measured = {row["way"]: proportion(RatioSums(**{name: row[name] for name in SUMS})) for row in _agreements(reader)}
    ways = tuple(_way(way, counted.get(way, {}), declared[way], measured.get(way)) for way in IDENTIFIED_BY)
    ranges = [{**row, "stale": row["age_days"] > spec.stale_days} for row in _ranges(reader, spec, as_of)]
    return Visitors(ways, _unidentified(reader), ranges)


def _way(way: str, row: Mapping[str, Any], declared: float, measured: Estimate | None) -> Way:
    return Way(way, row.get("events", 0), row.get("accounts", 0), row.get("confidence"), declared, measured)


def _counted(reader: Reader) -> Rows:
    return reader.rows(
        """
        select identified_by as way, count(*) as events, count(distinct account_id) as accounts, avg(confidence) as confidence
        from events where identified_by is not null group by identified_by
        """
    )


def _unidentified(reader: Reader) -> Rows:
    """Events without an account, by why; the most first."""
    return reader.rows(
        """
        select case when e.range_kind = 'provider' then 'provider' when e.names_somebody then 'unknown_company'
                    when e.range_kind = 'no_account' then 'unknown_owner' when e.range_kind = 'no_owner' then 'no_owner'
                    else 'nothing' end as why, count(*) as events
        from event_owners e
        where e.known_id is null and e.email_id is null and e.domain_id is null and e.ip_id is null
        group by 1
        order by events desc, why
        """
    )


def _agreements(reader: Reader) -> Rows:
    """Sums over ultimate parents of visits and of those in which a way led to the known account. One row per way."""
    return reader.rows(
        """
        with claims as (
            select 'email' as way, known_id as truth, email_id as claimed, email, person, anonymous_id, record_id, occurred_at
            from event_owners where known_id is not null and email_id is not null
            union all
            select 'domain' as way, coalesce(known_id, email_id) as truth, domain_id as claimed, email, person, anonymous_id,
                   record_id, occurred_at
            from event_owners where coalesce(known_id, email_id) is not null and domain_id is not null
            union all
            select 'ip' as way, coalesce(known_id, email_id) as truth, ip_id as claimed, email, person, anonymous_id,
                   record_id, occurred_at
            from event_owners where coalesce(known_id, email_id) is not null and ip_id is not null
        ),
        visits as (
            select distinct c.way, coalesce(t.unit_id, c.truth) as truth, coalesce(g.unit_id, c.claimed) as claimed,
                   coalesce(lower(trim(c.email)), c.person, c.anonymous_id, c.record_id) as who,
                   cast(c.occurred_at as date) as day
            from claims c
            left join roll_ups t on t.kind = 'signals' and t.account_id = c.truth
            left join roll_ups g on g.kind = 'signals' and g.account_id = c.claimed
        ),
        parents as (
            select v.way, coalesce(a.ultimate_parent_id, v.truth) as parent, count(distinct v.truth) as accounts,
                   cast(count(*) as double) as visits, cast(count_if(v.claimed = v.truth) as double) as agreed
            from visits v left join accounts a on a.account_id = v.truth
            group by v.way, coalesce(a.ultimate_parent_id, v.truth)
        )
        select way, cast(sum(accounts) as bigint) as n, count(*) as clusters, sum(visits) as den, sum(agreed) as num,
               sum(visits * visits) as den2, sum(agreed * agreed) as num2, sum(visits * agreed) as cross,
               sum(share(agreed * agreed, visits)) as relative, max(visits) as top
        from parents group by way
        """
    )


def _ranges(reader: Reader, spec: VisitorsSpec, as_of: date) -> Rows:
    """Files of ranges: how many have an owner's domain, are a provider's, or are too small for what is kept; and their age.

    A file is as old as the newest range in it says, else as its landing.
    """
    return reader.rows(
        """
        with kept as (
            select substr(ip_key, 1, 1) as kind, max(length(ip_key)) as digits from landing_events
            where ip_key is not null group by substr(ip_key, 1, 1)
        )
        select r.source, b.file, count(*) as ranges, count(r.domain_key) as with_domain,
               count_if(coalesce(lower(trim(r.kind)) in (:kinds), false)
                        or (r.kind is null and coalesce(r.domain_key in (:domains), false))) as of_providers,
               count_if(r.width_key < substr(:lowest, 1, k.digits - 1) || substr(:highest, 1, length(r.first_key) - k.digits))
                   as too_small,
               cast(coalesce(max(r.updated_at), max(r.loaded_at)) as date) as made_on,
               age_days(coalesce(max(r.updated_at), max(r.loaded_at)), :as_of) as age_days
        from landing_ip_ranges r
        left join batches b on b.batch_id = r.source || '/ip_ranges/' || r.batch_id
        left join kept k on k.kind = substr(r.first_key, 1, 1)
        group by r.source, b.file
        order by r.source, b.file
        """,
        kinds=spec.kinds,
        domains=spec.domains,
        lowest="0" * 32,
        highest="f" * 32,
        as_of=as_of,
    )
