"""How many accounts meet each dimension of quality? Counts, from which the measures follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from tierwise.sql.query import Query, case_of, query, union_all
from tierwise.stages.accounts.audit.spec import AuditSpec

MONTH_DAYS = 365.25 / 12


def audit_counts(spec: AuditSpec, as_of: date) -> Query:
    """How many were looked at and how many meet it. One row per field and dimension; the field is '' for all of an account.

    Uniqueness counts records: each beyond the first that one source has for an account repeats it, after resolution, so that
    names do not decide. An account has one owner when its records name exactly one who has not left.
    """
    found = [_completeness(), _validity(), _timeliness(), _uniqueness(), _hierarchy(), _ownership()]
    return query("select field, dimension, n, met, squares from found where n > 0").with_table(
        "found", union_all(found)
    )


def audit_cells(spec: AuditSpec, as_of: date) -> Query:
    """What two sources say of the same field of the same account. One row per field and pair of bands, or of yes and no.

    Numbers are compared in bands, words without case. `first` and `second` are bands counted from 0, empty for words.
    """
    return query(
        """
        select field, first, second, same, count(*) as n
        from (
            select p.field, case when p.is_banded then p.first_band end as first,
                   case when p.is_banded then p.second_band end as second,
                   case when p.is_banded then p.first_band = p.second_band else p.one = p.two end as same
            from (
                select f.field, lower(trim(x.value)) as one, lower(trim(y.value)) as two,
                       f.field in (:banded) as is_banded, :first_band as first_band, :second_band as second_band
                from audit_words x
                join audit_words y on y.account_id = x.account_id and y.field = x.field and y.source > x.source
                join spec_audit_fields f on f.field = x.field
            ) p
        ) c
        group by field, first, second, same
        """,
        banded=[column.name for column in spec.fields if spec.edges(column.name)] or [""],
        first_band=_band(spec, "x"),
        second_band=_band(spec, "y"),
    )


def _band(spec: AuditSpec, of: str) -> Any:
    """The band of a number: how many edges it reaches; by field."""
    branches = []
    for name in (column.name for column in spec.fields):
        for place, edge in reversed(list(enumerate(spec.edges(name), 1))):
            condition = query(
                f"select f.field = :field and cast({of}.value as double) >= :edge", field=name, edge=float(edge)
            )
            branches.append((condition.tree.expressions[0], place))
    return case_of(branches, 0) if branches else query("select 0").tree.expressions[0]


def _completeness() -> Query:
    return query(
        """
        select field, 'completeness' as dimension, count(*) as n, count_if(filled) as met, cast(null as double) as squares
        from audit_values group by field
        """
    )


def _validity() -> Query:
    return query(
        """
        select field, 'validity' as dimension, count(valid) as n, count_if(valid) as met, cast(null as double) as squares
        from audit_values group by field
        """
    )


def _timeliness() -> Query:
    """What is left of each checked value, summed, and its squares, which the interval needs."""
    return query(
        """
        select v.field, 'timeliness' as dimension, count(*) as n, exact_sum(v.left_of_it) as met,
               exact_sum(v.left_of_it * v.left_of_it) as squares
        from (
            select v.field, decay(v.age_days, f.half_life_months * :month) as left_of_it
            from audit_values v
            join spec_audit_fields f on f.field = v.field
            where v.filled and v.checked_on is not null
        ) v
        group by v.field
        """,
        month=MONTH_DAYS,
    )


def _uniqueness() -> Query:
    return query(
        """
        select '' as field, 'uniqueness' as dimension, coalesce(sum(records), 0) as n, count(*) as met,
               cast(null as double) as squares
        from audit_records
        """
    )


def _hierarchy() -> Query:
    return query(
        """
        select '' as field, 'hierarchy' as dimension, count(*) as n, count_if(not dangling and not in_cycle) as met,
               cast(null as double) as squares
        from account_parents
        """
    )


def _ownership() -> Query:
    """Not measured where nobody owns anything: the company does not keep owners."""
    return query(
        """
        select '' as field, 'ownership' as dimension, case when max(owners) > 0 then count(*) else 0 end as n,
               count_if(active_owners = 1) as met, cast(null as double) as squares
        from audit_owners
        """
    )
