"""Which pairs wait for a person, what was judged so far, and a judgement as an entry of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierwise.core.errors import NotFound, UsageError, near_miss
from tierwise.pipeline.explain.account import Reader, Rows, find_account
from tierwise.pipeline.identity.judgements import groups_of, standing
from tierwise.sql.query import query


@dataclass(frozen=True)
class Match:
    """A pair that waits: both groups with their latest records, how surely they are one, why, and what hangs on it.

    `tier` and `value` are those of the better of the two accounts.
    """

    left_id: str
    right_id: str
    left: Rows
    right: Rows
    weight: float
    probability: float
    why: str
    tier: str | None
    value: float | None
    reasons: Rows


@dataclass(frozen=True)
class Matches:
    """The review queue, the pair with the highest effect first; how many wait in all; the judgements in force."""

    queue: tuple[Match, ...]
    waiting: int
    judgements: Rows


@dataclass(frozen=True)
class Judgement:
    """A judgement to record: rows of the ledger, and what the person must know."""

    rows: tuple[dict[str, str], ...]
    notes: tuple[str, ...] = ()


# Who decides what: the better tier of the two, then the higher value, then how likely it is.
WAITING = query(
    """
    with grouped as (
        select g.group_id, min(k.account_id) as account_id
        from key_groups g
        join account_keys k on k.key_space = g.key_space and k.account_key = g.account_key
        join (select left_id as group_id from match_pairs union select right_id as group_id from match_pairs) p
          on p.group_id = g.group_id
        group by g.group_id
    ),
    pairs as (
        select p.left_id, p.right_id, cast(p.weight as double) as weight, cast(p.probability as double) as probability,
               case when p.decision = 'review' then 'review' when c.outcome = 'too_long' then 'too_long'
                    else 'kept_apart' end as why,
               a.tier as left_tier, b.tier as right_tier, a.value as left_value, b.value as right_value
        from match_pairs p
        join grouped l on l.group_id = p.left_id
        join grouped r on r.group_id = p.right_id
        left join match_chains c on c.group_id = p.left_id
        left join tiers a on a.account_id = l.account_id
        left join tiers b on b.account_id = r.account_id
        where l.account_id <> r.account_id
    )
    select left_id, right_id, weight, probability, why,
           case when coalesce(left_tier, 'z') <= coalesce(right_tier, 'z') then left_tier else right_tier end as tier,
           greatest(coalesce(left_value, right_value), coalesce(right_value, left_value)) as value
    from pairs
    order by case when tier in ('1', '2', '3') then tier when tier = 'parked' then '4' else '5' end,
             value desc nulls last, probability desc, left_id, right_id
    """
)
RECORDS = """
    select g.group_id, r.source, r.account_key, r.record_id, r.name, r.domain_key as domain, r.country, r.city, r.employees,
           r.updated_at
    from landing_accounts r
    join spec_sources s on s.source = r.source
    join key_groups g on g.key_space = case when r.account_key is not null then s.key_space else 'domain' end
                     and g.account_key = coalesce(r.account_key, r.domain_key)
    where g.group_id in (:groups)
    order by g.group_id, r.updated_at desc nulls last, r.source, r.record_id
"""


def matches(reader: Reader, entries: Sequence[Mapping[str, Any]], limit: int) -> Matches:
    """What waits for a person in a snapshot, without the pairs that `entries` of the ledger have judged since."""
    group_of = groups_of(reader, {str(entry[end]) for entry in entries for end in ("left_key", "right_key")})
    judged = {
        frozenset((group_of.get(str(entry["left_key"])), group_of.get(str(entry["right_key"]))))
        for entry in entries
        if entry["decision"] != "split"
    }
    waiting = [
        row for row in reader.fetch(WAITING).to_pylist() if frozenset((row["left_id"], row["right_id"])) not in judged
    ]
    shown = waiting[:limit]
    return Matches(tuple(_described(reader, shown)), len(waiting), standing(reader, entries))


def _described(reader: Reader, pairs: Rows) -> list[Match]:
    if not pairs:
        return []
    ends = sorted({row[end] for row in pairs for end in ("left_id", "right_id")})
    records = reader.rows(RECORDS, groups=ends)
    reasons = reader.rows(
        """
        select left_id, right_id, field, level, cast(weight as double) as weight, text
        from match_reasons where left_id in (:groups)
        order by left_id, right_id, weight desc, field
        """,
        groups=ends,
    )
    return [
        Match(
            **row,
            left=[record for record in records if record["group_id"] == row["left_id"]],
            right=[record for record in records if record["group_id"] == row["right_id"]],
            reasons=[
                {name: reason[name] for name in ("field", "level", "weight", "text")}
                for reason in reasons
                if (reason["left_id"], reason["right_id"]) == (row["left_id"], row["right_id"])
            ],
        )
        for row in pairs
    ]


def judge(reader: Reader, decision: str, left: str, right: str, entries: Sequence[Mapping[str, Any]]) -> Judgement:
    """Two companies are the same, or different. Raises NotFound, UsageError where both are one key."""
    ends = key_named(reader, left), key_named(reader, right)
    if ends[0] == ends[1]:
        raise UsageError(f"'{left}' and '{right}' are both {ends[0]}", "name two of them")
    wanted = set(ends) | {str(entry[end]) for entry in entries for end in ("left_key", "right_key")}
    group_of = groups_of(reader, wanted)
    pair = {group_of.get(end, end) for end in ends}
    opposite = [
        entry["entry"]
        for entry in entries
        if entry["decision"] in {"same", "different"} - {decision}
        and {group_of.get(str(entry["left_key"])), group_of.get(str(entry["right_key"]))} == pair
    ]
    notes = [
        f"entry {entry} says the opposite: they stay apart until one is withdrawn (tierwise matches undo {entry})"
        for entry in opposite
    ]
    if decision == "different" and len(pair) == 1:
        notes.append(
            "the records themselves join them: one of the keys leaves its group (tierwise matches split names which)"
        )
    return Judgement(({"decision": decision, "left_key": ends[0], "right_key": ends[1]},), tuple(notes))


def part(reader: Reader, account: str, keys: Sequence[str]) -> Judgement:
    """Keys that are to leave an account, together. Raises NotFound for one that the account has not."""
    account_id = _account_of(reader, account)
    held = _keys_of(reader, account_id)
    for key in keys:
        if key not in held:
            raise NotFound(f"{account_id} has no key '{key}'", near_miss(key, held) or f"it has: {', '.join(held)}")
    left = [key for key in held if key not in keys]
    if not left:
        raise UsageError("all keys of the account are named", f"leave one of {', '.join(held)} where it is")
    stays = account_id if account_id in left else left[0]
    return Judgement(
        tuple({"decision": "split", "left_key": key, "right_key": stays, "together": keys[0]} for key in keys)
    )


def key_named(reader: Reader, wanted: str) -> str:
    """The key that stands for what a person names: a key itself, else one of an account. Raises NotFound."""
    text = wanted.strip()
    if text in groups_of(reader, {text}):
        return text
    account_id = find_account(reader, text)
    held = _keys_of(reader, account_id)
    return account_id if account_id in held else held[0]


def _account_of(reader: Reader, wanted: str) -> str:
    found = reader.first(
        "select account_id from account_keys where key_space || ':' || account_key = :key", key=wanted.strip()
    )
    return str(found["account_id"]) if found else find_account(reader, wanted)


def _keys_of(reader: Reader, account_id: str) -> list[str]:
    rows = reader.rows(
        "select key_space || ':' || account_key as name from account_keys where account_id = :account order by 1",
        account=account_id,
    )
    return [str(row["name"]) for row in rows]
