"""Which accounts did a person put into a tier, by name, for a reason and for a time? Or an earlier list that was put back."""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class OverridesSpec(Spec):
    """Nothing to declare: an override is recorded, not modelled."""


def overrides(spec: OverridesSpec, as_of: date) -> Query:
    """The overrides in force. One row per account.

    The last word counts: when it has lapsed, an earlier one does not come back. While an earlier list is put back, its tiers
    go before what people said.
    """
    return query(
        """
        with latest as (
            select o.*, row_number() over (partition by account_id order by entry desc) as place from recorded_overrides o
        ),
        said as (select * from latest where place = 1 and expires_on >= :as_of)
        select coalesce(r.account_id, s.account_id) as account_id, coalesce(r.tier, s.tier) as tier,
               case when r.account_id is not null then 'run ' || r.run_id || ' put back' else s.reason end as reason,
               case when r.account_id is not null then cast(:as_of as date) else s.expires_on end as expires_on,
               case when r.account_id is null then s.recorder end as recorder,
               case when r.account_id is null then s.entry end as entry, r.run_id as put_back
        from said s
        full join reverted_list r on r.account_id = s.account_id
        """,
        as_of=as_of,
    )
