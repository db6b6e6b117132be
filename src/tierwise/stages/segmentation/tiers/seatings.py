"""Who sits where? Those who keep their seats first, then the best in line for the empty ones (methods h.3).

With as many seats as are kept and no more, whoever takes an empty one ranks within the seats: the entry rule of h.3.
"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.segmentation.tiers.spec import TiersSpec


def first_seats(spec: TiersSpec, as_of: date) -> Query:
    """Tier 1 by the rules: who keeps a seat, who leaves one, who takes one. One row per account of the queue."""
    return _seated(spec, "1", _line_one())


def second_seats(spec: TiersSpec, as_of: date) -> Query:
    """Tier 2 by the rules, for whom tier 1 has no seat. One row per account of the queue."""
    return _seated(spec, "2", _line_few())


def seatings(spec: TiersSpec, as_of: date) -> Query:
    """Seats as they are taken, by the rules and with the readiness gate open. One row per account of the queue."""
    return (
        query(
            """
        select q.account_id, q.team,
               case when o.seated then '1' when f.seated then '2' end as tier,
               case when x.sits_first then '1' when x.seated then '2' end as tier_gate_open,
               case when o.seated then o.kept_by when f.seated then f.kept_by end as kept_by,
               case when o.leaves then '1' when f.leaves then '2' end as left_tier,
               case when o.seated then o.reviews when f.seated then f.reviews else 0 end as reviews_beyond
        from queue q
        join first_seats o on o.account_id = q.account_id
        join second_seats f on f.account_id = q.account_id
        join open_few x on x.account_id = q.account_id
        """
        )
        .with_table("open_few", _taken("2").reading(line="open_line_few"))
        .with_table("open_line_few", _open_line_few())
        .with_table("open_one", _taken("1").reading(line="open_line_one"))
        .with_table("open_line_one", _open_line_one())
    )


def _seated(spec: TiersSpec, tier: str, competing: Query) -> Query:
    return (
        query("select account_id, team, held, leaves, reviews, kept_by, seated from taken")
        .with_table("taken", _taken(tier).reading(line="keeping"))
        .with_table("keeping", _held(spec).reading(line="competing"))
        .with_table("competing", competing)
    )


def _line_one() -> Query:
    """Who competes for tier 1. Who sits there while the gate is not shown to be closed keeps the seat for now."""
    return query(
        """
        select q.account_id, q.team, '1' as tier, q.rank, q.place_one as place, q.stays_one as sits,
               not q.ready_one_to_one as fails, q.ready_one_to_one and not q.cools_one as may_enter, q.dwells,
               q.reviews_beyond
        from queue q
        """
    )


def _line_few() -> Query:
    """Who competes for tier 2: whoever may be seated and does not sit in tier 1."""
    return query(
        """
        select q.account_id, q.team, '2' as tier, q.rank,
               q.place_few - sum(case when o.seated then 1 else 0 end) over (
                   partition by q.team order by q.rank rows unbounded preceding) as place,
               q.stays_few and not o.seated as sits, false as fails, not q.cools_few and not o.seated as may_enter,
               q.dwells, q.reviews_beyond
        from queue q
        join first_seats o on o.account_id = q.account_id
        """
    )


def _held(spec: TiersSpec) -> Query:
    """Who keeps a seat, and who leaves it: beyond the exit place at enough reviews in a row, after the dwell. One row per line.

    Where there are fewer seats than before, the last in rank leave whatever else holds.
    """
    return query(
        """
        select account_id, team, rank, held, sits and not held as leaves, reviews,
               may_enter and not sits as may_enter,
               case when not held then null when place <= seats and not fails then 'rank' when not beyond then 'band'
                    when dwells then 'dwell' else 'confirmation' end as kept_by
        from (
            select s.*, stays and sum(case when stays then 1 else 0 end) over (
                       partition by team order by rank rows unbounded preceding) <= seats as held
            from (
                select c.*, sits and not (due and beyond and reviews >= :confirmations and not dwells) as stays
                from (
                    select p.*,
                           case when not sits then 0 when not due then reviews_beyond when beyond then reviews_beyond + 1
                                else 0 end as reviews
                    from (
                        select l.*, c.seats, l.sits and (l.fails or l.place > :exit_at * c.seats) as beyond, r.due
                        from line l
                        join capacity c on c.team = l.team and c.tier = l.tier
                        cross join review r
                    ) p
                ) c
            ) s
        ) f
        """,
        exit_at=spec.exit_at,
        confirmations=spec.confirmations,
    )


def _taken(tier: str) -> Query:
    """Seats of a tier: those that are kept, and the empty ones by turn. One row per line."""
    return query(
        """
        select t.*, t.held or (t.may_enter and t.turn <= t.free) as seated
        from (
            select l.*, c.seats - sum(case when l.held then 1 else 0 end) over (partition by l.team) as free,
                   sum(case when l.may_enter and not l.held then 1 else 0 end) over (
                       partition by l.team order by l.rank rows unbounded preceding) as turn
            from line l
            join capacity c on c.team = l.team and c.tier = :tier
        ) t
        """,
        tier=tier,
    )


def _open_line_one() -> Query:
    """The same with the gate open: the seats that are kept stay so, the others go by value as if everybody could act."""
    return query(
        """
        select q.account_id, q.team, q.open_rank as rank, h.held, not h.held and not h.leaves and not q.cools_one as may_enter
        from queue q
        join first_seats h on h.account_id = q.account_id
        """
    )


def _open_line_few() -> Query:
    return query(
        """
        select q.account_id, q.team, q.open_rank as rank, h.held and not x.seated as held, x.seated as sits_first,
               not x.seated and not h.leaves and not q.cools_few as may_enter
        from queue q
        join second_seats h on h.account_id = q.account_id
        join open_one x on x.account_id = q.account_id
        """
    )
