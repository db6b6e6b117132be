"""Which accounts are people asked to rate? A few from every corner of the list, the same for the same seed, in blind order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tierwise.core.ids import digest
from tierwise.pipeline.explain.account import Reader

# What a rater may know: who the company is, never what the model thinks of it.
SHOWN = ("name", "domain", "industry", "sub_industry", "employees", "country")


@dataclass(frozen=True)
class Sheet:
    """What one person is asked: the accounts in an order of their own, without scores and tiers."""

    rater: str
    rows: tuple[dict[str, Any], ...]


def sample(reader: Reader, size: int, seed: int) -> list[dict[str, Any]]:
    """Accounts to rate, from segments x tiers x thirds of fit in turn, so that small corners are heard. By account_id.

    Tier 3 and what lies outside every segment are asked about too: people who only rate the list that they were given agree
    with it. Within a corner the order is a hash of seed and account.
    """
    rows = reader.rows(
        """
        with scored as (
            select t.account_id, t.tier, coalesce(t.segment, '') as segment,
                   ntile(3) over (order by t.fit, t.account_id) as third
            from tiers t
            where t.fit is not null and (t.tier in ('1', '2', '3') or t.blocked_by = 'outside_universe')
        ),
        drawn as (
            select s.*, row_number() over (partition by segment, tier, third order by key_of(:seed, account_id), account_id)
                        as turn
            from scored s
        )
        select d.account_id, d.segment, d.tier, d.third, d.turn from drawn d
        order by d.turn, d.segment, d.tier, d.third
        limit :size
        """,
        seed=str(seed),
        size=size,
    )
    wanted = [row["account_id"] for row in rows]
    if not wanted:
        return []
    shown = reader.rows(
        """
        select account_id, name, domain, industry, sub_industry, employees, country
        from accounts where account_id in (:wanted) order by account_id
        """,
        wanted=wanted,
    )
    corners = {row["account_id"]: (row["segment"], row["tier"], row["third"]) for row in rows}
    return [{**row, "corner": corners[row["account_id"]]} for row in shown]


def sheets(accounts: Sequence[dict[str, Any]], raters: Sequence[str], seed: int) -> Iterator[Sheet]:
    """A sheet per rater; each has an order of its own, so that tiredness falls on other accounts for each."""
    for rater in raters:
        ordered = sorted(accounts, key=lambda row: digest([seed, rater, row["account_id"]]))
        yield Sheet(rater, tuple({name: row[name] for name in ("account_id", *SHOWN)} for row in ordered))
