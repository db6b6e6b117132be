"""What the sources say of one account, against each other."""

from __future__ import annotations

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.contradictions.spec import ContradictionsSpec


def of_sources(spec: ContradictionsSpec) -> list[Query]:
    """The latest word of each source on an account, where it is not the one believed, which another source says."""
    return [
        _disagreeing("industry_disagrees", "industry", "lower(trim({}))"),
        _disagreeing("country_disagrees", "country", "lower(trim({}))"),
        _disagreeing("employees_disagree", "employees", "{}", spec.employees_factor),
    ]


def of_trees() -> Query:
    """Parents that lead in a circle, and parents that nobody describes, in any tree. One row per kind and account."""
    return query(
        """
        select case when t.in_cycle then 'parents_in_a_circle' else 'parent_not_on_record' end as kind,
               t.account_id as record_id, first_by(t.parent_id, t.tree) as other_record_id, t.account_id,
               cast(null as double) as money
        from account_trees t
        where t.in_cycle or t.dangling
        group by case when t.in_cycle then 'parents_in_a_circle' else 'parent_not_on_record' end, t.account_id
        """
    )


def _disagreeing(kind: str, attribute: str, plain: str, factor: float = 1.0) -> Query:
    said, believed, by_others = (plain.format(f"{table}.{attribute}") for table in ("v", "a", "o"))
    apart = f"and greatest({said}, {believed}) >= :factor * least({said}, {believed})" if factor != 1.0 else ""
    return query(
        f"""
        select :kind as kind, v.{attribute}_record as record_id,
               first_by(o.{attribute}_record, o.{attribute}_record) as other_record_id, v.account_id,
               cast(null as double) as money
        from words v
        join accounts a on a.account_id = v.account_id
        join words o on o.account_id = v.account_id and o.source <> v.source and {by_others} = {believed}
        where {said} <> {believed} {apart}
        group by v.account_id, v.{attribute}_record
        """,
        kind=kind,
        **({"factor": factor} if apart else {}),
    )


def words() -> Query:
    """What each source says last of an account, with the record that says it. One row per account and source."""
    latest = "w.recency, w.loaded_at, w.record_id, w.row_number"
    said = [
        f"last_by(w.{name}, {latest}) as {name}, "
        f"last_by(case when w.{name} is not null then w.record_id end, {latest}) as {name}_record"
        for name in ("industry", "country", "employees")
    ]
    return query(
        f"""
        select w.account_id, w.source, {", ".join(said)}
        from (select k.account_id, r.source, r.record_id, r.row_number, r.loaded_at, r.industry, r.country, r.employees,
                     coalesce(r.updated_at, r.created_at, r.known_at) as recency
              from landing_accounts r
              join spec_sources s on s.source = r.source
              join account_keys k
                on k.key_space = case when r.account_key is not null then s.key_space else 'domain' end
               and k.account_key = coalesce(r.account_key, r.domain_key)) w
        group by w.account_id, w.source
        """
    )
