"""By what are accounts of tier 2 compared? Problem, technology, trigger, sub-vertical, size and region.

In memory the features become distances. The input is bounded by the seats of tier 2, whatever the size of the market.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tierwise.core.table import BOOLEAN
from tierwise.sql.query import Query, column, query, union_all
from tierwise.stages.segmentation.clusters.spec import ClustersSpec
from tierwise.stats.clusters.distance import UNKNOWN, Amount, Array, Category, Feature, Presence, expected
from tierwise.tables.accounts import ACCOUNTS

if TYPE_CHECKING:
    import pyarrow as pa

Rows = list[dict[str, Any]]
PARTED_BY = ";"


def clusters_before(spec: ClustersSpec, as_of: date) -> Query:
    """The clusters of the list in force. One row per account that had one."""
    return query("select account_id, cluster from applied_memberships where cluster is not null and tier = '2'")


def cluster_features(spec: ClustersSpec, as_of: date) -> Query:
    """What accounts of tier 2 are compared by and described with. One row per account, feature and value.

    Of each compared feature every account has a row, whose value is empty where nothing is known; of technology only those
    of whom something is. The trigger is the signal with the most points today among the recent ones.
    """
    branches = [
        _problem(spec),
        *(_technology(spec, name) for name in spec.technologies()),
        _trigger(),
        _first_known("sub_vertical", spec.sub_vertical or "sub_industry", spec.sub_vertical or "industry"),
        _size(),
        _first_known("region", spec.region or "region", spec.region or "country"),
        _people(),
        _questions(),
    ]
    seated = query("select account_id, segment, first_question from tiers where tier = '2'")
    return union_all(branches).with_table("triggers", _recent(spec, as_of)).with_table("seated", seated)


def compared(spec: ClustersSpec, rows: pa.Table) -> tuple[list[str], Array]:
    """The accounts, sorted, and the distances between them; what is not known of one of a pair is neither near nor far."""
    by_feature: dict[str, dict[str, Rows]] = {}
    for row in rows.to_pylist():
        by_feature.setdefault(row["feature"], {}).setdefault(row["account_id"], []).append(row)
    accounts = sorted(by_feature.get("problem", {}))
    made = [
        (_feature(name, accounts, by_feature[name]), weight)
        for name, weight in spec.weights.items()
        if weight > 0 and name in by_feature
    ]
    return accounts, expected(made, len(accounts))


def held(row: Mapping[str, Any]) -> list[str]:
    """The values that an account has by one row of its features: technologies may be several in one text."""
    if row["value"] is None or not row["has"]:
        return []
    if row["feature"] != "technology":
        return [row["value"]]
    return [part.strip() for part in row["value"].split(PARTED_BY) if part.strip()]


def _feature(name: str, accounts: Sequence[str], rows: Mapping[str, Rows]) -> Feature:
    import numpy as np

    if name == "technology":
        values = [{value.casefold() for row in rows.get(a, ()) for value in held(row)} for a in accounts]
        every = sorted(set().union(*values))
        known = [any(row["value"] is not None for row in rows.get(a, ())) for a in accounts]
        has = np.array([[one in mine for one in every] for mine in values], dtype=bool).reshape(len(accounts), -1)
        return Presence(has, np.array(known, dtype=bool))
    single = [next((_plain(row, name) for row in rows.get(a, ())), None) for a in accounts]
    place = {value: i for i, value in enumerate(sorted({value for value in single if value is not None}))}
    if name == "size":  # bands in their order: neighbours are nearer than the ends
        return Amount(np.array([np.nan if value is None else float(place[value]) for value in single]))
    return Category(np.array([UNKNOWN if value is None else place[value] for value in single], dtype=np.int64))


def _plain(row: Mapping[str, Any], feature: str) -> Any:
    """What is compared of a row: where a size band begins, else the value however it is written."""
    return row["amount"] if feature == "size" else row["value"] and row["value"].casefold()


def _problem(spec: ClustersSpec) -> Query:
    if spec.problem:
        return _first_known("problem", spec.problem, spec.problem)
    return query(
        """
        select s.account_id, 'problem' as feature, nullif(trim(p.problem), '') as value, true as has,
               cast(null as bigint) as amount
        from seated s left join spec_segments p on p.segment = s.segment
        """
    )


def _technology(spec: ClustersSpec, name: str) -> Query:
    own = {column.name: column.type for column in (*ACCOUNTS.columns, *spec.attributes)}
    told = query("select :has", has=column(name, "a")) if own.get(name) == BOOLEAN else query("select true")
    return query(
        """
        select s.account_id, 'technology' as feature, :value as value, :has as has, cast(null as bigint) as amount
        from seated s join accounts a on a.account_id = s.account_id
        where :known is not null
        """,
        value=name if own.get(name) == BOOLEAN else column(name, "a"),
        has=told.tree.expressions[0],
        known=column(name, "a"),
    )


def _trigger() -> Query:
    return query(
        """
        select s.account_id, 'trigger' as feature, g.signal_id as value, true as has, cast(null as bigint) as amount
        from seated s left join triggers g on g.account_id = s.account_id
        """
    )


def _recent(spec: ClustersSpec, as_of: date) -> Query:
    return query(
        """
        select account_id, first_by(signal_id, -points, signal_id) as signal_id
        from signal_totals
        where points > 0 and age_days(last_at, :as_of) <= :days
        group by account_id
        """,
        as_of=as_of,
        days=spec.trigger_days,
    )


def _first_known(feature: str, finer: str, coarser: str) -> Query:
    """A column, or a coarser one for everybody where tier 2 has nothing in the first: two levels of detail do not mix."""
    return query(
        """
        select s.account_id, :feature as feature,
               case when count(:finer) over () > 0 then cast(:finer as varchar) else cast(:coarser as varchar) end as value,
               true as has, cast(null as bigint) as amount
        from seated s join accounts a on a.account_id = s.account_id
        """,
        feature=feature,
        finer=column(finer, "a"),
        coarser=column(coarser, "a"),
    )


def _size() -> Query:
    return query(
        """
        select s.account_id, 'size' as feature, a.employee_band as value, true as has,
               case when a.employee_band is not null then min(a.employees) over (partition by a.employee_band) end as amount
        from seated s join accounts a on a.account_id = s.account_id
        """
    )


def _people() -> Query:
    """Whom we know there, by function, by title where neither a source nor the title says a function."""
    return query(
        """
        select distinct s.account_id, 'person' as feature, trim(coalesce(nullif(c.function, 'other'), c.title)) as value,
               true as has, cast(null as bigint) as amount
        from seated s join contacts c on c.account_id = s.account_id
        where coalesce(nullif(c.function, 'other'), c.title) is not null and not coalesce(c.left_company, false)
        """
    )


def _questions() -> Query:
    return query(
        """
        select account_id, 'question' as feature, first_question as value, true as has, cast(null as bigint) as amount
        from seated where first_question is not null
        """
    )
