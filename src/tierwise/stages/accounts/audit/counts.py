"""How many accounts meet each dimension of quality? Counts, from which the measures follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from tierwise.sql.query import Query, case_of, query
from tierwise.stages.accounts.audit.families import counted
from tierwise.stages.accounts.audit.spec import AuditSpec

MONTH_DAYS = 365.25 / 12


def audit_counts(spec: AuditSpec, as_of: date) -> Query:
    """How many were looked at and how many meet it, summed over ultimate parents. One row per field and dimension.

    The field is '' for all of an account. Uniqueness counts records: each beyond the first that one source has for an account
    repeats it, after resolution, so that names do not decide. An account has one owner when its records name exactly one who
    has not left.
    """
    whole = [_of_values(), _consistency(), _uniqueness(), _hierarchy(), _ownership()]
    return query(
        "select field, what as dimension, accounts, clusters, looked, met, looked2, met2, crossed, most from found"
    ).with_table("found", counted(whole, [_timeliness()]).with_table("pairs", _pairs(spec)))


def audit_cells(spec: AuditSpec, as_of: date) -> Query:
    """What two sources say of the same field of the same account. One row per field and pair of bands, or of yes and no.

    Numbers are compared in bands, words without case. `first` and `second` are bands counted from 0, empty for words.
    """
    return query(
        "select field, first, second, same, count(*) as n from pairs group by field, first, second, same"
    ).with_table("pairs", _pairs(spec))


def _pairs(spec: AuditSpec) -> Query:
    """What two sources say of one field of one account. One row per field, account and pair of sources."""
    return query(
        """
        select p.field, p.account_id, case when p.is_banded then p.first_band end as first,
               case when p.is_banded then p.second_band end as second,
               case when p.is_banded then p.first_band = p.second_band else p.one = p.two end as same
        from (
            select f.field, x.account_id, lower(trim(x.value)) as one, lower(trim(y.value)) as two,
                   f.field in (:banded) as is_banded, :first_band as first_band, :second_band as second_band
            from audit_words x
            join audit_words y on y.account_id = x.account_id and y.field = x.field and y.source > x.source
            join spec_audit_fields f on f.field = x.field
        ) p
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


def _of_values() -> Query:
    return query(
        """
        select d.what, v.field, v.account_id,
               case when d.what = 'completeness' or v.valid is not null then 1 else 0 end as looked,
               case when case when d.what = 'completeness' then v.filled else v.valid end then 1 else 0 end as met
        from audit_values v
        cross join (select 'completeness' as what union all select 'validity' as what) d
        """
    )


def _timeliness() -> Query:
    """What is left of each checked value."""
    return query(
        """
        select 'timeliness' as what, v.field, v.account_id, 1 as looked,
               round(decay(v.age_days, f.half_life_months * :month), 6) as met
        from audit_values v
        join spec_audit_fields f on f.field = v.field
        where v.filled and v.checked_on is not null
        """,
        month=MONTH_DAYS,
    )


def _consistency() -> Query:
    """Reads `pairs`."""
    return query(
        """
        select 'consistency' as what, field, account_id, count(*) as looked, count_if(same) as met
        from pairs group by field, account_id
        """
    )


def _uniqueness() -> Query:
    return query(
        """
        select 'uniqueness' as what, '' as field, account_id, sum(records) as looked, count(*) as met
        from audit_records group by account_id
        """
    )


def _hierarchy() -> Query:
    """Of all accounts: one without a parent is the top of its own tree. Not measured where no account names any."""
    return query(
        """
        select 'hierarchy' as what, '' as field, a.account_id, case when m.named > 0 then 1 else 0 end as looked,
               case when m.named > 0 and b.account_id is null then 1 else 0 end as met
        from accounts a
        left join (select distinct account_id from account_parents where dangling or in_cycle) b
               on b.account_id = a.account_id
        cross join (select count(*) as named from account_parents) m
        """
    )


def _ownership() -> Query:
    """Not measured where nobody owns anything: the company does not keep owners."""
    return query(
        """
        select 'ownership' as what, '' as field, o.account_id, case when m.most > 0 then 1 else 0 end as looked,
               case when o.active_owners = 1 then 1 else 0 end as met
        from audit_owners o
        cross join (select max(owners) as most from audit_owners) m
        """
    )
