"""Which groups does matching join, and where does it stop?

Links that matching is sure of are followed from group to group. A chain that grows too long or too large waits for people, and
one that would join what people keep apart is cut at its weakest links. The engine follows the links; what is cut is as small as
the judgements that cut it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.joining.judged import JoiningSpec
from tierwise.tables.accounts import joining as dictionary
from tierwise.tables.arrow import filled


def apart_groups(spec: JoiningSpec, as_of: date) -> Query:
    """Pairs of groups that people keep apart, each after the first of those that people joined it with."""
    return query(
        """
        with ends as (
            select coalesce(l.joined_id, e.left_group) as one, coalesce(r.joined_id, e.right_group) as other
            from judged_ends e
            left join judged_groups l on l.group_id = e.left_group
            left join judged_groups r on r.group_id = e.right_group
            where e.decision <> 'same' and e.left_group is not null and e.right_group is not null
        )
        select distinct least(one, other) as left_id, greatest(one, other) as right_id
        from ends
        where one <> other
        """
    )


def match_links(spec: JoiningSpec, as_of: date) -> Query:
    """Pairs of groups that matching is sure of and nobody keeps apart, both ways round. One row per group and other group.

    A group is its own other, too. One that people took every key out of is no group any more.
    """
    return query(
        """
        with emptied as (
            select g.group_id
            from key_groups g
            join (select distinct group_id from parted_keys) t on t.group_id = g.group_id
            left join parted_keys p on p.key_space = g.key_space and p.account_key = g.account_key
            group by g.group_id
            having count(*) = count(p.part)
        ),
        sure as (
            select coalesce(l.joined_id, p.left_id) as one, coalesce(r.joined_id, p.right_id) as other, p.weight
            from match_pairs p
            left join judged_groups l on l.group_id = p.left_id
            left join judged_groups r on r.group_id = p.right_id
            left join emptied a on a.group_id = p.left_id
            left join emptied b on b.group_id = p.right_id
            where p.decision = 'same' and a.group_id is null and b.group_id is null
        ),
        pairs as (
            select least(s.one, s.other) as left_id, greatest(s.one, s.other) as right_id, max(s.weight) as weight
            from sure s
            where s.one <> s.other
            group by least(s.one, s.other), greatest(s.one, s.other)
        ),
        kept as (
            select p.left_id, p.right_id, p.weight
            from pairs p
            left join apart_groups a on a.left_id = p.left_id and a.right_id = p.right_id
            where a.left_id is null
        )
        select left_id as group_id, right_id as other_id, weight from kept
        union all
        select right_id as group_id, left_id as other_id, weight from kept
        union all
        select group_id, group_id as other_id, cast(null as double) as weight
        from (select left_id as group_id from kept union select right_id as group_id from kept) s
        """
    )


def reach_near(spec: JoiningSpec, as_of: date) -> Query:
    """The first group within three links, then what that one reaches. One row per group of a link."""
    return _reached(query("select group_id, group_id as first_id from match_links where group_id = other_id"))


def reach_far(spec: JoiningSpec, as_of: date) -> Query:
    """The same, three links on from what is near."""
    return _reached(query("select group_id, first_id from reach_near"))


def reach(spec: JoiningSpec, as_of: date) -> Query:
    """The same, three links on from what is far."""
    return _reached(query("select group_id, first_id from reach_far"))


def _reached(before: Query) -> Query:
    return query(
        """
        with one as (
            select l.group_id, min(b.first_id) as first_id
            from match_links l join before b on b.group_id = l.other_id group by l.group_id
        ),
        two as (
            select l.group_id, min(b.first_id) as first_id
            from match_links l join one b on b.group_id = l.other_id group by l.group_id
        ),
        three as (
            select l.group_id, min(b.first_id) as first_id
            from match_links l join two b on b.group_id = l.other_id group by l.group_id
        )
        select t.group_id, u.first_id
        from three t
        join three u on u.group_id = t.first_id
        """
    ).with_table("before", before)


def match_chains(spec: JoiningSpec, as_of: date) -> Query:
    """What becomes of each group that matching links: joined, cut (a pair in the chain is kept apart) or too long a chain.

    One row per group of a link. Whoever reaches another first group than a neighbour is in a chain that was not followed to
    its end.
    """
    return query(
        """
        with unfinished as (
            select distinct a.first_id
            from match_links l
            join reach a on a.group_id = l.group_id
            join reach b on b.group_id = l.other_id
            where a.first_id <> b.first_id
        ),
        sizes as (select first_id, count(*) as size from reach group by first_id),
        cut as (
            select distinct l.first_id
            from apart_groups a
            join reach l on l.group_id = a.left_id
            join reach r on r.group_id = a.right_id and r.first_id = l.first_id
        )
        select r.group_id, r.first_id,
               case when u.first_id is not null or s.size > :most then 'too_long'
                    when c.first_id is not null then 'cut' else 'joined' end as outcome
        from reach r
        join sizes s on s.first_id = r.first_id
        left join unfinished u on u.first_id = r.first_id
        left join cut c on c.first_id = r.first_id
        """,
        most=spec.most_groups,
    )


def cut_links(spec: JoiningSpec, as_of: date) -> Query:
    """The links of chains that are cut, and the pairs that cut them (without weight). As many as judgements allow."""
    return query(
        """
        select l.group_id as left_id, l.other_id as right_id, l.weight
        from match_links l
        join match_chains c on c.group_id = l.group_id
        where c.outcome = 'cut' and l.group_id < l.other_id
        union all
        select a.left_id, a.right_id, null as weight
        from apart_groups a
        join match_chains l on l.group_id = a.left_id
        join match_chains r on r.group_id = a.right_id
        where l.outcome = 'cut' and r.outcome = 'cut'
        """
    )


def cut_groups(spec: JoiningSpec, as_of: date, cut_links: pa.Table) -> pa.Table:
    """Chains without what people keep apart: links are followed from the strongest on, unless one would join such a pair."""
    rows = cut_links.to_pylist()
    apart = {(row["left_id"], row["right_id"]) for row in rows if row["weight"] is None}
    members = {group: {group} for row in rows for group in (row["left_id"], row["right_id"])}
    links = [row for row in rows if row["weight"] is not None]
    for link in sorted(links, key=lambda row: (-round(row["weight"], 6), row["left_id"], row["right_id"])):
        left, right = members[link["left_id"]], members[link["right_id"]]
        if left is not right and not _kept_apart(left, right, apart):
            left |= right
            members |= dict.fromkeys(right, left)
    first: Mapping[str, str] = {group: min(one) for group, one in members.items()}
    return filled(dictionary.CUT_GROUPS, [{"group_id": group, "first_id": first[group]} for group in sorted(first)])


def _kept_apart(left: set[str], right: set[str], apart: set[tuple[str, str]]) -> bool:
    return any((min(a, b), max(a, b)) in apart for a in left for b in right)
