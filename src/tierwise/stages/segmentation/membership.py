"""What does this list change against the one in force, why, and what does the ledger keep of it?"""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class MembershipSpec(Spec):
    """Nothing to declare: how firmly a seat is held stands in the section `tiers`."""


def now_and_then(spec: MembershipSpec, as_of: date) -> Query:
    """This list beside the one in force: who moved, whose seat differs, who may change its cluster. One row per such account.

    An account that is new and excluded was never on a list, so nothing moved. Only who loses a seat by rank cools down: a
    hard exit ends when its cause does.
    """
    return (
        query(
            """
            select account_id, from_tier, to_tier, from_segment, to_segment, from_stage, to_stage, moved,
                   case when moved then why else 'review' end as reason, team, tier_since, left_one_on, left_few_on,
                   reviewed_on, reviews_beyond, known_cluster, differs and listed as differs
            from (
                select b.*, to_tier is not null and (from_tier is not null or to_tier <> 'excluded') as listed,
                       team is distinct from known_team or tier_since is distinct from known_since
                           or left_one_on is distinct from known_left_one or left_few_on is distinct from known_left_few
                           or reviewed_on is distinct from known_reviewed or reviews_beyond is distinct from known_beyond
                           as differs
                from beside b
            ) c
            where moved or listed and (differs or to_tier = '2' or known_cluster is not null)
            """
        )
        .with_table("beside", _beside(as_of))
        .with_table("joined_accounts", _joined())
        .with_table(
            "due", query("select case when due then :as_of else last_on end as reviewed_on from review", as_of=as_of)
        )
    )


def memberships(spec: MembershipSpec, as_of: date) -> Query:
    """What `apply` appends to the ledger: every move, and reviews and clusters of those who sit. One row per account."""
    return query(
        """
        select n.account_id, n.from_tier, n.to_tier, n.from_segment, n.to_segment, n.from_stage, n.to_stage, n.moved, n.reason,
               n.team, n.tier_since, n.left_one_on, n.left_few_on, n.reviewed_on, n.reviews_beyond, m.cluster
        from now_and_then n
        left join cluster_members m on m.account_id = n.account_id
        where n.moved or n.differs or m.cluster is distinct from n.known_cluster
        """
    )


def moves(spec: MembershipSpec, as_of: date) -> Query:
    """Accounts whose tier, segment or stage changed since the list in force. One row per account; accounts that leave too."""
    return query(
        """
        select account_id, from_tier, to_tier, from_segment, to_segment, from_stage, to_stage, reason
        from now_and_then
        where moved
        """
    )


def _beside(as_of: date) -> Query:
    """This list beside the one in force, and beside the last of an earlier day. One row per account of any.

    What keeps an account from the tier above is the reason of a move down only; the readiness gate stands before tier 1 and
    moves nobody from 2 to 3.
    """
    return query(
        """
        select coalesce(t.account_id, b.account_id) as account_id,
               b.tier as from_tier, t.tier as to_tier, b.segment as from_segment, t.segment as to_segment,
               b.stage as from_stage, t.stage as to_stage,
               case when b.account_id is null then t.tier <> 'excluded'
                    when t.account_id is null then true
                    else b.tier <> t.tier or coalesce(b.segment, '') <> coalesce(t.segment, '')
                         or coalesce(b.stage, '') <> coalesce(t.stage, '') end as moved,
               case when b.account_id is null then 'new account'
                    when t.account_id is null and j.account_id is not null then 'joined with ' || j.joined_with
                    when t.account_id is null then 'no longer among the records'
                    when b.tier <> t.tier and t.tier = o.tier and o.put_back is not null then 'put_back:' || o.put_back
                    when b.tier <> t.tier and t.tier = o.tier then 'override'
                    when b.tier = '2' and t.tier = '3' and t.blocked_by like 'gate:%' then 'capacity'
                    when b.tier <> t.tier and t.blocked_by is not null
                         and (t.tier > b.tier or t.tier in ('parked', 'excluded')) then t.blocked_by
                    when b.tier <> t.tier and coalesce(b.segment, '') <> coalesce(t.segment, '') then 'segment'
                    when b.tier <> t.tier and b.tier in ('parked', 'excluded') then 'eligible again'
                    when b.tier <> t.tier then 'seat by value'
                    when coalesce(b.segment, '') <> coalesce(t.segment, '') then 'segment'
                    else 'stage' end as why,
               case when t.tier in ('1', '2') then t.team end as team, t.since as tier_since,
               case when s.left_tier = '1' then :as_of else e.left_one_on end as left_one_on,
               case when s.left_tier = '2' then :as_of else e.left_few_on end as left_few_on,
               case when t.tier in ('1', '2') then d.reviewed_on end as reviewed_on,
               case when t.tier = e.tier then coalesce(s.reviews_beyond, 0) else 0 end as reviews_beyond,
               b.team as known_team, b.tier_since as known_since, b.left_one_on as known_left_one,
               b.left_few_on as known_left_few, b.reviewed_on as known_reviewed, coalesce(b.reviews_beyond, 0) as known_beyond,
               b.cluster as known_cluster
        from tiers t
        full join applied_memberships b on b.account_id = t.account_id
        left join earlier_memberships e on e.account_id = t.account_id
        left join seatings s on s.account_id = t.account_id
        left join overrides o on o.account_id = t.account_id
        left join joined_accounts j on j.account_id = b.account_id
        cross join due d
        """,
        as_of=as_of,
    )


def _joined() -> Query:
    """Accounts of the list in force that are part of another now. One row per account that left for another."""
    return query(
        """
        with left_list as (
            select b.account_id
            from applied_memberships b
            left join tiers t on t.account_id = b.account_id
            where t.account_id is null
        )
        select l.account_id, min(coalesce(f.account_id, k.account_id)) as joined_with
        from left_list l
        left join former_ids f on f.former_id = l.account_id
        left join account_keys k on k.key_space || ':' || k.account_key = l.account_id
        where f.account_id is not null or k.account_id is not null
        group by l.account_id
        """
    )
