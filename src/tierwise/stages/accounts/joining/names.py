"""What is each account called, so that its name outlives its records?

An account keeps the id that its keys had in the lists of earlier days, whatever joins it, leaves it or changes its domain.
Where two accounts become one, the older id stays; where one becomes two, the id stays with most of its keys, and a part that
had an id of its own before gets that one back.
"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.joining.judged import JoiningSpec


def joined_keys(spec: JoiningSpec, as_of: date) -> Query:
    """Every key, its group, and the first of the groups that are one account. One row per key space and key."""
    return query(
        """
        with grouped as (
            select g.key_space, g.account_key, coalesce(p.part, g.group_id) as group_id
            from key_groups g
            left join parted_keys p on p.key_space = g.key_space and p.account_key = g.account_key
        ),
        judged as (
            select g.*, coalesce(j.joined_id, g.group_id) as judged_id
            from grouped g
            left join judged_groups j on j.group_id = g.group_id
        )
        select j.key_space, j.account_key, j.group_id,
               coalesce(c.first_id, case when m.outcome = 'joined' then m.first_id end, j.judged_id) as joined_id
        from judged j
        left join match_chains m on m.group_id = j.judged_id
        left join cut_groups c on c.group_id = j.judged_id
        """
    )


def id_claims(spec: JoiningSpec, as_of: date) -> Query:
    """Ids that the keys of each account had before. One row per account-to-be and id.

    A key that is called like an id of old counts as having it, unless it is known to have had another since.
    """
    return query(
        """
        with latest as (
            select key_space, account_key, max(last_row) as last_row from earlier_keys group by key_space, account_key
        ),
        ids as (select account_id, min(first_row) as first_row from earlier_keys group by account_id),
        written as (
            select j.joined_id, e.account_id, e.first_row, case when e.last_row = l.last_row then 1 else 0 end as held,
                   case when e.account_id = e.key_space || ':' || e.account_key then 1 else 0 end as own
            from earlier_keys e
            join latest l on l.key_space = e.key_space and l.account_key = e.account_key
            join joined_keys j on j.key_space = e.key_space and j.account_key = e.account_key
        ),
        called as (
            select j.joined_id, i.account_id, i.first_row, case when l.last_row is null then 1 else 0 end as held, 1 as own
            from ids i
            join joined_keys j on j.key_space || ':' || j.account_key = i.account_id
            left join latest l on l.key_space = j.key_space and l.account_key = j.account_key
        )
        select joined_id, account_id, min(first_row) as first_row, sum(held) as held, max(own) as own
        from (select * from written union all select * from called) a
        group by joined_id, account_id
        """
    )


def account_ids(spec: JoiningSpec, as_of: date) -> Query:
    """The id of each account. One row per account.

    First every account asks for the oldest id that keys of it have; who has more keys with it gets it. Who got none asks
    for the oldest that nobody got. Who has none yet is called after the groups that it is made of: one that was on a list
    before, else one with a domain, else the first; if that name is taken, after the first of its own keys.
    """
    return (
        query(
            """
        with free as (
            select m.joined_id, m.name, m.first_key,
                   row_number() over (partition by m.name order by m.own desc, m.joined_id) as turn, t.account_id as taken_id
            from made m
            left join kept k on k.joined_id = m.joined_id
            left join kept t on t.account_id = m.name
            where k.joined_id is null
        )
        select joined_id, account_id from kept
        union all
        select f.joined_id, case when f.turn = 1 and f.taken_id is null then f.name
                                 when t.account_id is null and n.joined_id is null then f.first_key
                                 else '~' || f.first_key end as account_id
        from free f
        left join kept t on t.account_id = f.first_key
        left join free n on n.name = f.first_key and n.turn = 1 and n.taken_id is null
        """
        )
        .with_table("made", _made())
        .with_table("kept", _kept())
    )


def account_keys(spec: JoiningSpec, as_of: date) -> Query:
    """Every key of every account. One row per key space and key."""
    return query(
        """
        select j.key_space, j.account_key, a.account_id
        from joined_keys j
        join account_ids a on a.joined_id = j.joined_id
        """
    )


def former_ids(spec: JoiningSpec, as_of: date) -> Query:
    """Ids that accounts had before they were joined or renamed, and the account that each leads to. One row per former id."""
    return query(
        """
        with led as (
            select c.account_id as former_id, c.held, c.own, a.account_id
            from id_claims c
            join account_ids a on a.joined_id = c.joined_id
        ),
        best as (
            select l.former_id, l.account_id,
                   row_number() over (partition by l.former_id order by l.held desc, l.own desc, l.account_id) as place
            from led l
            left join account_ids n on n.account_id = l.former_id
            where n.account_id is null
        )
        select former_id, account_id from best where place = 1
        """
    )


def _kept() -> Query:
    """Accounts that keep an id of earlier days. One row per account."""
    return query(
        """
        with wish as (
            select c.*, row_number() over (partition by joined_id
                                           order by case when held > 0 then 0 else 1 end, first_row, account_id) as place
            from id_claims c
        ),
        first_turn as (
            select joined_id, account_id,
                   row_number() over (partition by account_id order by held desc, own desc, joined_id) as turn
            from wish where place = 1
        ),
        won as (select joined_id, account_id from first_turn where turn = 1),
        left_over as (
            select w.joined_id, w.account_id, w.held, w.own,
                   row_number() over (partition by w.joined_id order by w.place) as place
            from wish w
            left join won a on a.joined_id = w.joined_id
            left join won b on b.account_id = w.account_id
            where a.joined_id is null and b.account_id is null
        ),
        second_turn as (
            select joined_id, account_id,
                   row_number() over (partition by account_id order by held desc, own desc, joined_id) as turn
            from left_over where place = 1
        )
        select joined_id, account_id from won
        union all
        select joined_id, account_id from second_turn where turn = 1
        """
    )


def _made() -> Query:
    """What each account would be called after its own groups, and its first key beside that. One row per account."""
    return query(
        """
        with called as (
            select joined_id, key_space || ':' || account_key as key_name,
                   case when group_id like '~%' then substr(group_id, 2) else group_id end as name, group_id
            from joined_keys
        ),
        groups as (
            select joined_id, name, coalesce(min(case when key_name <> name then key_name end), min(key_name)) as first_key,
                   max(case when key_name = name then 1 else 0 end) as own
            from called
            group by joined_id, group_id, name
        ),
        listed as (
            select g.*, row_number() over (
                partition by g.joined_id
                order by case when m.account_id is null then 1 else 0 end,
                         case when g.name like 'domain:%' then 0 else 1 end, g.name, g.own desc
            ) as place
            from groups g
            left join earlier_memberships m on m.account_id = g.name
        )
        select joined_id, min(first_key) as first_key, max(case when place = 1 then name end) as name,
               max(case when place = 1 then own end) as own
        from listed
        group by joined_id
        """
    )
