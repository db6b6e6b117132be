"""What have people judged about keys, and what does it come to?

A judgement names keys and not accounts, so it means the same after any join or split. Pairs judged the same are joined, pairs
judged different never; where judgements contradict each other nothing is joined until one of them is withdrawn.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.tables.accounts import joining as dictionary
from tierwise.tables.arrow import filled

Group = str
Link = Mapping[str, Any]


class JoiningSpec(Spec):
    """How far matching may join without a person."""

    most_groups: int = default(
        20, "most groups of keys that matching may join into one account; more wait for a person", unit="groups", ge=2
    )


def parted_keys(spec: JoiningSpec, as_of: date) -> Query:
    """Keys that people took out of the group that the records put them in. One row per key.

    Two keys that are judged different although the records join them are parted, too: the one leaves after which the group
    is not named.
    """
    return query(
        """
        with keys as (
            select g.key_space, g.account_key, g.key_space || ':' || g.account_key as key_name, g.group_id from key_groups g
        ),
        taken as (
            select k.key_space, k.account_key, k.group_id, j.entry, coalesce(j.together, j.left_key) as part
            from recorded_judgements j
            join keys k on k.key_name = j.left_key
            where j.decision = 'split'
        ),
        within as (
            select j.entry, l.group_id, case when j.left_key = l.group_id then j.right_key else j.left_key end as leaves
            from recorded_judgements j
            join keys l on l.key_name = j.left_key
            join keys r on r.key_name = j.right_key and r.group_id = l.group_id
            left join taken a on a.key_space = l.key_space and a.account_key = l.account_key
            left join taken b on b.key_space = r.key_space and b.account_key = r.account_key
            where j.decision = 'different' and a.entry is null and b.entry is null and j.left_key <> j.right_key
        ),
        parted as (
            select key_space, account_key, group_id, entry, part from taken
            union all
            select k.key_space, k.account_key, k.group_id, w.entry, k.key_name as part
            from within w
            join keys k on k.key_name = w.leaves
        )
        select key_space, account_key, group_id, '~' || first_by(part, entry) as part
        from parted
        group by key_space, account_key, group_id
        """
    )


def judged_ends(spec: JoiningSpec, as_of: date) -> Query:
    """The groups at both ends of each judgement; none where no record has the key any more. One row per judgement."""
    return query(
        """
        with keys as (
            select g.key_space || ':' || g.account_key as key_name, coalesce(p.part, g.group_id) as group_id
            from key_groups g
            left join parted_keys p on p.key_space = g.key_space and p.account_key = g.account_key
        )
        select j.entry, j.decision, j.left_key, j.right_key, l.group_id as left_group, r.group_id as right_group,
               j.recorder, j.known_at, j.note
        from recorded_judgements j
        left join keys l on l.key_name = j.left_key
        left join keys r on r.key_name = j.right_key
        """
    )


def judgements(spec: JoiningSpec, as_of: date, judged_ends: pa.Table) -> pa.Table:
    """Every judgement in force and what it comes to. One row per judgement; as many as people wrote."""
    rows = judged_ends.to_pylist()
    against = weighed(rows).against
    said = [
        {**row, "state": _state(row, against), "against": ", ".join(map(str, sorted(against.get(row["entry"], ()))))}
        for row in rows
    ]
    return filled(dictionary.JUDGEMENTS, said)


def judged_groups(spec: JoiningSpec, as_of: date, judged_ends: pa.Table) -> pa.Table:
    """The groups that people joined, each with the first of them. One row per group of a judgement that joins."""
    joined = weighed(judged_ends.to_pylist()).joined
    rows = [{"group_id": group, "joined_id": joined[group]} for group in sorted(joined)]
    return filled(dictionary.JUDGED_GROUPS, rows)


@dataclass(frozen=True)
class Weighed:
    """What judgements come to: group -> first of the groups that people joined it with; entry -> entries against it."""

    joined: Mapping[Group, Group]
    against: Mapping[int, set[int]]


def weighed(rows: Sequence[Link]) -> Weighed:
    """Join what is judged the same, unless that joins what is judged different.

    Of a chain of pairs judged the same whose ends are judged different, none is joined: any of them may be the wrong one.
    """
    held = [row for row in rows if row["left_group"] and row["right_group"]]
    same = {row["entry"]: row for row in held if row["decision"] == "same"}
    against: dict[int, set[int]] = defaultdict(set)
    for row in sorted(held, key=lambda row: row["entry"]):
        if row["decision"] == "same" or row["left_group"] == row["right_group"]:
            continue
        while chain := _chain(row["left_group"], row["right_group"], same.values()):
            for entry in chain:
                against[entry].add(row["entry"])
                against[row["entry"]].add(entry)
                del same[entry]
    return Weighed(joined((row["left_group"], row["right_group"]) for row in same.values()), dict(against))


def joined(pairs: Iterable[tuple[Group, Group]]) -> dict[Group, Group]:
    """The first group of each set that pairs join, by group."""
    above: dict[Group, Group] = {}

    def top(group: Group) -> Group:
        while above.setdefault(group, group) != group:
            above[group] = above[above[group]]
            group = above[group]
        return group

    for left, right in pairs:
        first, second = sorted((top(left), top(right)))
        above[second] = first
    return {group: top(group) for group in above}


def _chain(start: Group, end: Group, links: Iterable[Link]) -> list[int]:
    """The entries of a shortest chain of links between two groups; empty where none leads there."""
    beside: dict[Group, list[tuple[Group, int]]] = defaultdict(list)
    for link in links:
        beside[link["left_group"]].append((link["right_group"], link["entry"]))
        beside[link["right_group"]].append((link["left_group"], link["entry"]))
    found: dict[Group, list[int]] = {start: []}
    waiting = deque([start])
    while waiting and end not in found:
        here = waiting.popleft()
        for there, entry in sorted(beside[here], key=lambda step: step[1]):
            if there not in found:
                found[there] = [*found[here], entry]
                waiting.append(there)
    return found.get(end, [])


def _state(row: Link, against: Mapping[int, set[int]]) -> str:
    if not row["left_group"] or not row["right_group"]:
        return "no_record"
    return "contradicted" if row["entry"] in against else "obeyed"
