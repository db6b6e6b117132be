"""Which accounts did a person set aside for now, until when, and what would wake them earlier? Not now is not not ever."""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query


class ParkingSpec(Spec):
    """When an account that chose a competitor is looked at again."""

    before_contract_ends_days: int = default(
        120, "an account that chose a competitor wakes this long before that contract ends", source="methods k", unit="days",
        ge=0,
    )  # fmt: skip


def parked(spec: ParkingSpec, as_of: date) -> Query:
    """The accounts that are set aside by hand. One row per account; the last word counts.

    A contract with a competitor wakes it some time before its end, whatever day was given. One of its wake signals does, when
    it happens after the account was set aside; bought signals wake nobody.
    """
    return query(
        """
        with latest as (
            select p.*, least(p.wake_on, coalesce(add_days(p.contract_ends_on, -:before), p.wake_on)) as wakes_on,
                   row_number() over (partition by p.account_id order by p.entry desc) as place
            from recorded_parking p
        ),
        heard as (
            select l.account_id, first_by(t.signal_id, t.last_at, t.signal_id) as woken_by
            from latest l
            join signal_totals t on t.account_id = l.account_id and t.last_at > l.known_at and t.party <> 'third'
                 and contains(',' || replace(l.wake_signals, ' ', '') || ',', ',' || t.signal_id || ',')
            where l.place = 1
            group by l.account_id
        )
        select l.account_id, l.dimension, l.reason, l.wakes_on as wake_on, l.wake_signals, h.woken_by,
               l.wakes_on > :as_of and h.woken_by is null as rests, l.recorder, l.entry
        from latest l
        left join heard h on h.account_id = l.account_id
        where l.place = 1
        """,
        as_of=as_of,
        before=spec.before_contract_ends_days,
    )
