"""Who counts as one? Accounts under one ultimate parent: whoever keeps the records of one keeps those of all (methods 0.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tierwise.sql.query import Query, query, union_all
from tierwise.stats.ratios import RatioSums


def counted(whole: Sequence[Query], parts: Sequence[Query] = ()) -> Query:
    """The sums over ultimate parents from which a share and its interval follow. One row per `what` and field.

    Each query has at most one row per what, field and account: `looked`, how much of it was looked at, and `met`, how much of
    that meets it; `whole` numbers, or `parts` of one. Accounts that stand alone are summed at once, families (accounts under
    one parent) one by one first, so that there are groups for families only.
    """
    counts = _of_family("whole_numbers", "sum")
    sums = query(
        """
        select what, field, sum(accounts) as accounts, sum(case when family is null then accounts else 1 end) as clusters,
               exact_sum(looked) as looked, exact_sum(met) as met,
               exact_sum(case when family is null then looked2 else looked * looked end) as looked2,
               exact_sum(case when family is null then met2 else met * met end) as met2,
               exact_sum(case when family is null then crossed else looked * met end) as crossed,
               max(case when family is null then most else looked end) as most
        from of_family
        group by what, field
        """
    ).with_table("of_family", union_all([counts, _of_family("parts", "exact_sum")]) if parts else counts)
    if parts:
        sums = sums.with_table("parts", union_all(list(parts)))
    return sums.with_table("whole_numbers", union_all(list(whole))).with_table("families", _FAMILIES)


def sums(row: Mapping[str, Any]) -> RatioSums:
    """What a row of `counted` says, as the sums of a ratio; `relative` is not asked for."""
    return RatioSums(
        int(row["accounts"]), int(row["clusters"]), row["looked"], row["met"], row["looked2"], row["met2"], row["crossed"],
        0.0, row["most"],
    )  # fmt: skip


def _of_family(rows: str, total: str) -> Query:
    """Doubles that are whole numbers add up to the same in every order, and faster than others that must."""
    return query(
        f"""
        select l.what, l.field, f.family, count(*) as accounts, {total}(l.looked) as looked, {total}(l.met) as met,
               {total}(l.looked * l.looked) as looked2, {total}(l.met * l.met) as met2, {total}(l.looked * l.met) as crossed,
               max(l.looked) as most
        from (select what, field, account_id, cast(looked as double) as looked, cast(met as double) as met
              from {rows} where looked > 0) l
        left join families f on f.account_id = l.account_id
        group by l.what, l.field, f.family
        """
    )


_FAMILIES = query(
    """
    select a.account_id, a.ultimate_parent_id as family
    from accounts a
    join (select ultimate_parent_id from accounts group by ultimate_parent_id having count(*) > 1) m
      on m.ultimate_parent_id = a.ultimate_parent_id
    """
)
