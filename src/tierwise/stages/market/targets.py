"""Do the leaders mean the same accounts? What each calls the target, what their teams touched, and what is worth winning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from tierwise.core.period import last_complete_month
from tierwise.core.spec import Spec, default
from tierwise.core.table import Column
from tierwise.core.vocabulary import NOT_WORTH, VALIDATED
from tierwise.sql.predicates import Scope, predicate
from tierwise.sql.query import Query, query, union_all
from tierwise.tables import market as dictionary
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary as tables

if TYPE_CHECKING:
    import pyarrow as pa

AGAINST = ("universe", "validated", "TAL", "touched")
Function = Literal["marketing", "sales", "product", "customer_success", "other"]


class TargetSpec(Spec):
    """What one leader calls the target: a condition, segments of the model, a list of accounts, or several of them together."""

    leader: str = default("", "who says so; empty: the name of the entry", source="convention")
    function: Function = Field(description="marketing, sales, product, customer_success or other")
    where: str | None = default(None, "condition on the columns of accounts", source="convention")
    segments: tuple[str, ...] = default((), "segments of the model", source="convention")
    accounts: tuple[str, ...] = default((), "domains, names or ids of accounts", source="convention")
    owners: tuple[str, ...] = default(
        (), "people of the leader's team as activities name them: what they touched is compared", source="convention"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.where or self.segments or self.accounts):
            raise ValueError("a target needs `where`, `segments` or `accounts`")
        return self


class TargetsSpec(Spec):
    """The targets of the leaders by name."""

    targets: dict[str, TargetSpec] = default(dict, "targets by name", source="convention")
    touched_months: int = Field(default=12, exclude=True)
    attributes: tuple[Column, ...] = Field(default=(), exclude=True)

    def tables(self) -> dict[str, list[dict[str, object]]]:
        found = self.targets.items()
        return {
            "spec_targets": [
                {
                    "target": name,
                    "leader": t.leader or name.replace("_", " "),
                    "function": t.function,
                    "position": place,
                }
                for place, (name, t) in enumerate(found, 1)
            ],
            "spec_target_names": [
                {"target": n, "value": v} for n, t in found for v in sorted({plain_name(a) for a in t.accounts})
            ],
            "spec_target_segments": [{"target": n, "segment": s} for n, t in found for s in sorted(set(t.segments))],
            "spec_target_owners": [{"target": n, "owner": o} for n, t in found for o in sorted(_folded(t.owners))],
        }


def scope(attributes: tuple[Column, ...] = ()) -> Scope:
    """What a target's condition may name: the columns of accounts."""
    return Scope.of(a=tables(attributes)["accounts"].types)


def plain_name(text: str) -> str:
    """An account as a leader writes it, for comparison: lower case, no scheme, no www, no path."""
    name = text.strip().lower()
    for prefix in ("https://", "http://", "www."):
        name = name.removeprefix(prefix)
    return name.split("/", 1)[0] if " " not in name else name


def _folded(owners: tuple[str, ...]) -> set[str]:
    return {owner.strip().lower() for owner in owners}


def target_accounts(spec: TargetsSpec, as_of: date) -> Query:
    """The accounts of each target, of the universe, of the list, and those that a leader's team touched in the last year."""
    columns = scope(spec.attributes)
    conditions = [
        query(
            "select 'target' as kind, :target as target, a.account_id from accounts a where :condition",
            target=name,
            condition=predicate(target.where, columns),
        )
        for name, target in spec.targets.items()
        if target.where
    ]
    named = query(
        """
        select 'target' as kind, n.target, a.account_id
        from spec_target_names n
        join (select domain as value, account_id from accounts where domain is not null union all
              select lower(trim(name)) as value, account_id from accounts where name is not null union all
              select lower(account_id) as value, account_id from accounts) a on a.value = n.value
        union all
        select 'target' as kind, t.target, m.account_id
        from spec_target_segments t join segment_members m on m.segment = t.segment
        union all
        select 'universe' as kind, '' as target, account_id from account_segments s
        left join verdicts v on v.segment = s.segment
        where coalesce(v.verdict, '') not in (:not_worth)
        union all
        select 'validated' as kind, '' as target, s.account_id
        from account_segments s join verdicts v on v.segment = s.segment
        where v.verdict in (:validated)
        union all
        select 'TAL' as kind, '' as target, account_id from tiers where tier in ('1', '2')
        union all
        select 'touched' as kind, o.target, t.account_id
        from activities t
        join spec_target_owners o on o.owner = lower(trim(t.owner))
        where t.account_id is not null and month_of(t.occurred_at) > add_months(:last, -:window)
        """,
        validated=list(VALIDATED),
        not_worth=list(NOT_WORTH),
        last=last_complete_month(as_of),
        window=spec.touched_months,
    )
    return query("select distinct kind, target, account_id from members").with_table(
        "members", union_all([*conditions, named])
    )


def target_names_unknown(spec: TargetsSpec, as_of: date) -> Query:
    """Listed names that are no account. One row per target and name."""
    return query(
        """
        select n.target, n.value
        from spec_target_names n
        where not exists (
            select 1 from accounts a
            where a.domain = n.value or lower(trim(a.name)) = n.value or lower(a.account_id) = n.value
        )
        """
    )


def targets(spec: TargetsSpec, as_of: date) -> Query:
    """What each leader calls the target, with its size. One row per target."""
    return query(
        """
        with sizes as (select target, count(*) as n from target_accounts where kind = 'target' group by target),
        lost as (select target, count(*) as n from target_names_unknown group by target)
        select t.target, t.leader, t.function, coalesce(s.n, 0) as accounts, coalesce(l.n, 0) as names_without_account
        from spec_targets t
        left join sizes s on s.target = t.target
        left join lost l on l.target = t.target
        """
    )


def alignment_sums(spec: TargetsSpec, as_of: date) -> Query:
    """Overlaps of each target with the later ones, the universe, the list, and what the team touched. One row per pair."""
    return query(
        """
        with money as (
            select account_id, exact_sum(amount, 4) as money from (
                select account_id, revenue as amount from revenue_months
                where month > add_months(:last, -12) and month <= :last
                union all
                select o.account_id, cast(o.amount as double) * r.rate as amount
                from opportunities o join rates r on r.currency = upper(coalesce(o.currency, ''))
                where o.outcome = 'open' and o.account_id is not null
            ) amounts
            group by account_id
        ),
        members as (
            select t.kind, t.target, t.account_id, m.money
            from target_accounts t left join money m on m.account_id = t.account_id
        ),
        sizes as (
            select kind, target, count(*) as n, exact_sum(money, 4) as money from members group by kind, target
        ),
        pairs as (
            select a.target, b.target as against, 'target' as kind, b.target as other
            from spec_targets a join spec_targets b on b.position > a.position
            union all
            select a.target, k.kind as against, k.kind, '' as other
            from spec_targets a
            cross join (select 'universe' as kind union all select 'validated' as kind union all select 'TAL' as kind) k
            union all
            select distinct target, 'touched' as against, 'touched' as kind, target as other from spec_target_owners
        ),
        shared as (
            select a.target, b.kind, b.target as other, count(*) as n, exact_sum(a.money, 4) as money
            from members a join members b on b.account_id = a.account_id
            where a.kind = 'target'
            group by a.target, b.kind, b.target
        )
        select p.target, p.against, coalesce(s.n, 0) as accounts, coalesce(o.n, 0) as other_accounts,
               coalesce(b.n, 0) as both, coalesce(s.money, 0) as money, coalesce(o.money, 0) as other_money,
               coalesce(b.money, 0) as both_money
        from pairs p
        left join sizes s on s.kind = 'target' and s.target = p.target
        left join sizes o on o.kind = p.kind and o.target = p.other
        left join shared b on b.target = p.target and b.kind = p.kind and b.other = p.other
        """,
        last=last_complete_month(as_of),
    )


def alignment(spec: TargetsSpec, as_of: date, alignment_sums: pa.Table, spec_targets: pa.Table) -> pa.Table:
    """How far they agree, in figures and in words. One row per pair."""
    leaders = {row["target"]: row["leader"] for row in spec_targets.to_pylist()}
    return filled(dictionary.ALIGNMENT, [row | _compared(row, leaders) for row in alignment_sums.to_pylist()])


def _compared(row: Mapping[str, Any], leaders: Mapping[str, str]) -> dict[str, Any]:
    either = row["accounts"] + row["other_accounts"] - row["both"]
    money = row["money"] + row["other_money"] - row["both_money"]
    return {
        "jaccard": round(row["both"] / either, 6) if either else None,
        "money_jaccard": round(row["both_money"] / money, 6) if money > 0 else None,
        "share": round(row["both"] / row["accounts"], 6) if row["accounts"] else None,
        "said": _said(row, leaders),
    }


def _said(row: Mapping[str, Any], leaders: Mapping[str, str]) -> str:
    who, against = leaders.get(row["target"], row["target"]), row["against"]
    accounts, other, both = row["accounts"], row["other_accounts"], row["both"]
    if not accounts:
        return f"{who} names no account that is on record"
    match against:
        case "universe":
            outside = accounts - both
            if 0 < outside < accounts:
                return f"{_part(outside, accounts, who)} in no segment worth winning"
            return f"{_part(both, accounts, who)} in a segment worth winning"
        case "validated":
            return _against_validated(who, accounts, other, both)
        case "TAL":
            if not other:
                return "no account is on the list yet, so nothing can be said against it"
            inside = _part(both, other, "the list")
            return f"{inside} among what {who} calls the target"
        case "touched":
            return _against_touched(who, accounts, other, both)
    return _between(who, leaders.get(against, against), row)


def _part(n: int, whole: int, whose: str, verbs: tuple[str, str] = ("is", "are")) -> str:
    """So many of somebody's accounts, with the verb: `none of Sam's 3 accounts is`, `all of Sam's 3 accounts are`."""
    one, many = verbs
    if whole == 1:
        return f"{'' if n else 'not even '}{whose}'s only account {one}"
    share = {0: "none", whole: "all"}.get(n, f"{n:,}")
    return f"{share} of {whose}'s {whole:,} accounts {one if n in (0, 1) else many}"


def _against_validated(who: str, accounts: int, other: int, both: int) -> str:
    if not other:
        return "no profile is validated yet, so nothing can be said against it"
    have, missing = _part(both, accounts, who, ("has", "have")), other - both
    if not missing:
        return f"{have} a validated profile, and none that has one is missing"
    return f"{have} a validated profile; {missing:,} of the {other:,} that have one {'is' if missing == 1 else 'are'} missing"


def _against_touched(who: str, accounts: int, other: int, both: int) -> str:
    if not other:
        return f"nobody of {who}'s team has an activity on record in the last year"
    touched, outside = {0: "none", accounts: "all"}.get(both, f"{both:,}"), other - both
    whose = f"{who}'s team touched {touched} of the {accounts:,} accounts"
    if not outside:
        return f"{whose} and none outside them"
    return f"{whose} and {outside:,} outside them: {100 * outside / other:.0f} % of what it touched lies elsewhere"


def _between(one: str, two: str, row: Mapping[str, Any]) -> str:
    accounts, other, both = row["accounts"], row["other_accounts"], row["both"]
    if not other:
        return f"{two} names no account that is on record"
    if not both:
        return f"{one} and {two} have no account in common"
    likeness = both / (accounts + other - both)
    if likeness == 1:
        return f"{one} and {two} mean the same {both:,} accounts"
    degree = "mean mostly the same accounts" if likeness >= 0.5 else "mean different accounts"
    return (
        f"{one} and {two} {degree}: {both:,} in common, {accounts - both:,} only {one}'s, {other - both:,} only {two}'s"
    )
