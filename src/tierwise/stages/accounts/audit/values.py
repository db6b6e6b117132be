"""What does the list believe of each account, and is it filled, valid, recent and agreed on?"""

from __future__ import annotations

from datetime import date

from tierwise.core.table import BOOLEAN, Column
from tierwise.sql.predicates import predicate
from tierwise.sql.query import Query, null_of, query, union_all
from tierwise.stages.accounts.audit.spec import AuditSpec, rule_scope
from tierwise.stages.accounts.audit.words import as_text, filled, parameters


def audit_values(spec: AuditSpec, as_of: date) -> Query:
    """Every field of every account as the list reads it. One row per account and field.

    Fields that no source fills and the list does not read are left out. `valid` is empty where no rule judges the field;
    a domain is valid when it is one: `gmail.com` or a word is none. `checked_on` is the latest check by a source that says
    what the list believes. `contradicted` is empty where fewer than two sources speak.
    """
    return (
        query(
            """
        select v.account_id, v.field,
               case when v.filled then v.value when v.field = 'domain' then s.any_value end as value,
               v.filled or v.field = 'domain' and s.any_value is not null as filled,
               case when v.field = 'domain' then case when s.any_value is not null then v.filled end
                    when v.filled then v.valid end as valid,
               s.checked_on, age_days(s.checked_on, :as_of) as age_days,
               case when s.sources > 1 then s.differing > 0 end as contradicted, s.other_value
        from believed v
        left join said s on s.account_id = v.account_id and s.field = v.field
        where v.importance > 0 or v.field in (select distinct w.field from audit_words w)
        """,
            as_of=as_of,
        )
        .with_table("said", _said(spec))
        .with_table("believed", union_all([_believed(column, spec) for column in spec.fields]))
    )


def _believed(column: Column, spec: AuditSpec) -> Query:
    rule = spec.rules.get(column.name)
    judged = null_of(BOOLEAN) if rule is None else predicate(rule, rule_scope(spec.attributes))
    return query(
        f"""
        select a.account_id, f.field, f.importance, {as_text(column, "a")} as value, {filled(column, "a")} as filled,
               :valid as valid
        from accounts a
        join spec_audit_fields f on f.field = :field
        """,
        field=column.name,
        valid=judged,
        **parameters(column, spec),
    )


def _said(spec: AuditSpec) -> Query:
    """What the sources say beside what is believed. One row per account and field that a source fills.

    Words are compared without case; numbers contradict each other when they are far apart.
    """
    return query(
        """
        select w.account_id, w.field, count(*) as sources, max(w.value) as any_value,
               max(case when b.value = w.value then w.checked_on end) as checked_on,
               count_if(differs(w.value, b.value, f.is_number)) as differing,
               min(case when differs(w.value, b.value, f.is_number) then w.value end) as other_value
        from audit_words w
        join spec_audit_fields f on f.field = w.field
        left join believed b on b.account_id = w.account_id and b.field = w.field
        group by w.account_id, w.field
        """.replace("differs(w.value, b.value, f.is_number)", APART),
        apart=spec.apart,
    )


# Whether what a source says is not what is believed.
APART = """(w.value is not null and b.value is not null
            and case when f.is_number
                     then greatest(cast(w.value as double), cast(b.value as double))
                          >= :apart * least(cast(w.value as double), cast(b.value as double))
                          and w.value <> b.value
                     else lower(trim(w.value)) <> lower(trim(b.value)) end)"""
