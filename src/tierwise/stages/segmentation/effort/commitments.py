"""Where are resources promised, until when, and renewed for what reason? A screen promises nothing (methods h.4)."""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query


class CommitmentsSpec(Spec):
    """How long a commitment lasts, and when a renewal needs a person's name."""

    days: int = default(90, "a commitment without an end lasts this long", source="methods h.4", unit="days", ge=1)
    renewals: int = default(
        1, "renewals that new evidence alone can carry; each later one needs an override beside it", source="methods h.4",
        ge=0,
    )  # fmt: skip


def commitments(spec: CommitmentsSpec, as_of: date) -> Query:
    """Accounts to which resources were ever promised, and what became of it. One row per account.

    `committed` until the last day of the last period that counts; then it has `lapsed`, unless it was renewed in time and
    with evidence that is dated after the period's first day. A later renewal than the model allows needs an override to
    tier 1 or 2 in force on its day. An account without a row was never more than screened.
    """
    return (
        query(
            """
        with counted as (
            select o.account_id, greatest(o.last_day, coalesce(max(a.last_day), o.last_day)) as last_day,
                   coalesce(max(a.starts_on), o.starts_on) as period_from, count(a.entry) as renewals,
                   last_by(a.budget_hours, a.place) as budget_hours, last_by(a.exit_criteria, a.place) as exit_criteria,
                   last_by(a.news_on, a.place) as renewed_by
            from opened o
            left join accepted a on a.account_id = o.account_id
            group by o.account_id, o.last_day, o.starts_on
        ),
        ended as (
            select o.account_id, min(e.starts_on) as ended_on
            from opened o
            join recorded_commitments e on e.account_id = o.account_id and e.action = 'end' and e.entry > o.entry
            where e.starts_on <= :as_of
            group by o.account_id
        ),
        refused as (select account_id, last_by(refusal, place) as refused from judged group by account_id)
        select o.account_id,
               case when e.ended_on <= c.last_day then 'ended' when c.last_day < :as_of then 'lapsed'
                    else 'committed' end as state,
               o.starts_on, c.period_from, least(c.last_day, coalesce(e.ended_on, c.last_day)) as ends_on,
               case when e.ended_on <= c.last_day then e.ended_on
                    when c.last_day < :as_of then add_days(c.last_day, 1) end as over_since,
               coalesce(c.budget_hours, o.budget_hours) as budget_hours,
               coalesce(c.exit_criteria, o.exit_criteria) as exit_criteria, o.evidence, c.renewals, c.renewed_by,
               f.refused, o.recorder
        from counted c
        join opened o on o.account_id = c.account_id
        left join ended e on e.account_id = c.account_id
        left join refused f on f.account_id = c.account_id
        """,
            as_of=as_of,
        )
        .with_table("accepted", _accepted())
        .with_table("judged", _judged(spec))
        .with_table("renewed", _renewed(spec, as_of))
        .with_table("opened", _opened(spec, as_of))
        .with_table("news", _news())
    )


def _opened(spec: CommitmentsSpec, as_of: date) -> Query:
    """The latest commitment that has begun. One row per account."""
    return query(
        """
        select account_id, entry, starts_on, coalesce(ends_on, add_days(starts_on, :days)) as last_day, budget_hours,
               exit_criteria, evidence, recorder
        from (
            select c.*, row_number() over (partition by account_id order by starts_on desc, entry desc) as place
            from recorded_commitments c
            where action = 'start' and starts_on <= :as_of
        ) t
        where place = 1
        """,
        days=spec.days,
        as_of=as_of,
    )


def _news() -> Query:
    """Days on which something new was learnt: the buyer moved, or somebody answered."""
    return query(
        """
        select account_id, moved_on as news_on from movement
        union
        select account_id, cast(observed_at as date) as news_on
        from evidence
        where account_id is not null and not lower(answer) in ('unknown', 'refused')
        """
    )


def _renewed(spec: CommitmentsSpec, as_of: date) -> Query:
    """Renewals of the latest commitment with the newest evidence dated after the first day of the period before."""
    return query(
        """
        with listed as (
            select r.account_id, r.entry, r.starts_on, coalesce(r.ends_on, add_days(r.starts_on, :days)) as last_day,
                   r.budget_hours, r.exit_criteria,
                   coalesce(lag(r.starts_on) over (partition by r.account_id order by r.starts_on, r.entry), o.starts_on)
                       as period_from
            from recorded_commitments r
            join opened o on o.account_id = r.account_id
            where r.action = 'renew' and r.starts_on > o.starts_on and r.starts_on <= :as_of
        )
        select l.account_id, l.entry, l.starts_on, l.last_day, l.budget_hours, l.exit_criteria, max(n.news_on) as news_on
        from listed l
        left join news n on n.account_id = l.account_id and n.news_on > l.period_from and n.news_on <= l.starts_on
        group by l.account_id, l.entry, l.starts_on, l.last_day, l.budget_hours, l.exit_criteria
        """,
        days=spec.days,
        as_of=as_of,
    )


def _judged(spec: CommitmentsSpec) -> Query:
    """Renewals in their order, each with what keeps it from counting."""
    return query(
        """
        with vouched as (
            select r.entry, max(v.entry) as override
            from renewed r
            join recorded_overrides v on v.account_id = r.account_id and v.tier in ('1', '2')
                 and cast(v.known_at as date) <= r.starts_on and v.expires_on >= r.starts_on
            group by r.entry
        ),
        placed as (
            select r.*, v.override,
                   row_number() over (partition by r.account_id order by r.starts_on, r.entry) as place,
                   sum(case when r.news_on is not null then 1 else 0 end) over (
                       partition by r.account_id order by r.starts_on, r.entry rows unbounded preceding) as with_news
            from renewed r
            left join vouched v on v.entry = r.entry
        ),
        founded as (
            select p.*, case when news_on is null then 'no_new_evidence'
                             when with_news > :renewals and override is null then 'needs_override' end as unfounded
            from placed p
        ),
        timed as (
            select f.*, o.last_day as first_end,
                   max(case when f.unfounded is null then f.last_day end) over (
                       partition by f.account_id order by f.place rows between unbounded preceding and 1 preceding) as before
            from founded f
            join opened o on o.account_id = f.account_id
        )
        select t.*, coalesce(unfounded, case when starts_on > add_days(greatest(first_end, coalesce(before, first_end)), 1)
                                             then 'too_late' end) as refusal
        from timed t
        """,
        renewals=spec.renewals,
    )


def _accepted() -> Query:
    """The renewals that count: those before the first gap."""
    return query(
        """
        select * from (
            select j.*, sum(case when refusal = 'too_late' then 1 else 0 end) over (
                partition by account_id order by place rows unbounded preceding) as gaps
            from judged j
        ) t
        where refusal is null and gaps = 0
        """
    )
