"""The records that contradict each other, and how many of each kind there are."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query, union_all
from tierwise.stages.accounts.contradictions.deals import deals, of_deals, paid
from tierwise.stages.accounts.contradictions.leaving import former, leaving, of_leaving
from tierwise.stages.accounts.contradictions.sources import of_sources, of_trees, words
from tierwise.stages.accounts.contradictions.spec import ContradictionsSpec
from tierwise.stages.accounts.contradictions.subscriptions import of_subscriptions, spells


def contradictions(spec: ContradictionsSpec, as_of: date) -> Query:
    """How often records contradict each other, and which is believed. One row per kind that was found."""
    return query(
        """
        select s.kind, s.position, s.says, count(*) as rows, count(distinct r.other_record_id) as other_rows,
               count(distinct r.account_id) as accounts, exact_sum(r.money, 4) as money,
               case when count(r.money) > 0 then s.money_is end as money_is,
               first_by(r.record_id, r.record_id) as example,
               first_by(r.other_record_id, r.record_id) as example_other, s.believed
        from contradicting_records r
        join spec_contradictions s on s.kind = r.kind
        group by s.kind, s.position, s.says, s.money_is, s.believed
        """
    )


def contradicting_records(spec: ContradictionsSpec, as_of: date) -> Query:
    """The records behind each kind, each with the record that it contradicts. One row per kind and record."""
    found = [*of_subscriptions(spec), *of_leaving(spec), *of_deals(spec, as_of), *of_sources(spec), of_trees()]
    return (
        query("select kind, record_id, other_record_id, account_id, money from every")
        .with_table("every", union_all(found))
        .with_table("words", words())
        .with_table("paid", paid())
        .with_table("deals", deals())
        .with_table("spells", spells())
        .with_table("leaving", leaving(spec))
        .with_table("former", former(spec))
    )
