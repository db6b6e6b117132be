"""What does this list change against the one in force, and why?"""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class MembershipSpec(Spec):
    """Nothing to declare yet: hysteresis and dwell come with the tier rules."""


def moves(spec: MembershipSpec, as_of: date) -> Query:
    """Accounts whose tier, segment or stage changed since the list in force. One row per account; accounts that leave too.

    An account that is new and excluded was never on a list, so nothing moved. What keeps an account from the tier above is
    the reason of a move down only; the readiness gate stands before tier 1 and moves nobody from 2 to 3.
    """
    return query(
        """
        select coalesce(t.account_id, b.account_id) as account_id,
               b.tier as from_tier, t.tier as to_tier, b.segment as from_segment, t.segment as to_segment,
               b.stage as from_stage, t.stage as to_stage,
               case when b.account_id is null then 'new account'
                    when t.account_id is null then 'no longer among the records'
                    when b.tier = '2' and t.tier = '3' and t.blocked_by like 'gate:%' then 'capacity'
                    when b.tier <> t.tier and t.blocked_by is not null
                         and (t.tier > b.tier or t.tier in ('parked', 'excluded')) then t.blocked_by
                    when b.tier <> t.tier and coalesce(b.segment, '') <> coalesce(t.segment, '') then 'segment'
                    when b.tier <> t.tier and b.tier in ('parked', 'excluded') then 'eligible again'
                    when b.tier <> t.tier then 'seat by value'
                    when coalesce(b.segment, '') <> coalesce(t.segment, '') then 'segment'
                    else 'stage' end as reason
        from tiers t
        full join applied_memberships b on b.account_id = t.account_id
        where case when b.account_id is null then t.tier <> 'excluded'
                   when t.account_id is null then true
                   else b.tier <> t.tier or coalesce(b.segment, '') <> coalesce(t.segment, '')
                        or coalesce(b.stage, '') <> coalesce(t.stage, '') end
        """
    )
