"""In which words are customers described, and which attributes would tell the outcome rather than foretell it?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from math import floor, isfinite, log10
from typing import TYPE_CHECKING, Any

from tierwise.core.table import BOOLEAN, INTEGER, NUMBER, TEXT
from tierwise.sql.query import Query, column, null_of, query, union_all
from tierwise.stages.performance.discovery.spec import NUMBERS, SIGNAL, DiscoverySpec
from tierwise.tables.arrow import filled
from tierwise.tables.performance.discovery import DISCOVERY_TABLES

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = {table.name: table for table in DISCOVERY_TABLES}
MISSING = "(not on record)"
Row = dict[str, Any]


def profile_traits(spec: DiscoverySpec, as_of: date) -> Query:
    """What was known of each customer in time. One row per customer and attribute on record."""
    branches = [_trait(c.name, c.type, spec.missing_selector) for c in spec.candidates()]
    if spec.behaviour and spec.signals:
        branches.append(_behaviour(spec))
    nothing = query(
        "select '' as attribute, account_id, '' as value, cast(0 as double) as number from profile_customers where false"
    )
    return union_all(branches or [nothing]).reading(labelled=spec.label_table())


def _trait(name: str, type_: str, with_missing: bool) -> Query:
    said = "case when :c then 'true' when not :c then 'false' end" if type_ == BOOLEAN else "cast(:c as varchar)"
    value = column(name, "l")
    text, number = null_of(TEXT), null_of(NUMBER)
    if type_ in NUMBERS:
        number = query("select cast(:c as double)", c=value).tree.expressions[0]
    else:
        text = query(f"select {said}", c=value).tree.expressions[0]
    return query(
        """
        select :name as attribute, l.account_id,
               case when :value is null then :missing else :text end as value, :number as number
        from labelled l
        join profile_customers c on c.account_id = l.account_id
        where :value is not null or :with_missing
        """,
        name=name,
        text=text,
        number=number,
        value=value,
        missing=MISSING,
        with_missing=with_missing,
    )


def _behaviour(spec: DiscoverySpec) -> Query:
    """Signals seen in the time before the purchase. 'No' only where the records of that signal cover all of that time."""
    return query(
        """
        select :prefix || f.signal_id as attribute, c.account_id,
               case when max(case when s.account_id is not null then 1 else 0 end) = 1 then 'true' else 'false' end
               as value, cast(null as double) as number
        from profile_customers c
        join profile_purchases p on p.account_id = c.account_id
        cross join (select signal_id, min(occurred_at) as since from signals group by signal_id) f
        left join signals s on s.account_id = c.account_id and s.signal_id = f.signal_id
             and s.occurred_at < p.purchased_at and s.occurred_at >= add_days(p.purchased_at, -:days)
        where s.account_id is not null or f.since <= add_days(p.purchased_at, -:days)
        group by :prefix || f.signal_id, c.account_id
        """,
        prefix=SIGNAL,
        days=spec.behaviour_days,
    )


def profile_trait_counts(spec: DiscoverySpec, as_of: date) -> Query:
    """How complete each attribute is, among customers and others, and its quartiles. One row per attribute on record."""
    others = [
        query(
            """
            select :name as attribute, count(*) as others, count(:value) as others_present
            from accounts a
            left join profile_purchases p on p.account_id = a.account_id
            where p.account_id is null
            """,
            name=c.name,
            value=column(c.name, "a"),
        )
        for c in spec.candidates()
    ]
    nobody = query("select '' as attribute, 0 as others, 0 as others_present from accounts a where false")
    return query(
        """
        with everybody as (
            select count(*) as customers, count_if(stayed) as stayed from profile_customers
        ),
        counted as (
            select t.attribute, count_if(coalesce(t.value, '') <> :missing) as present,
                   count_if(coalesce(t.value, '') <> :missing and c.stayed) as present_stayed,
                   count(distinct coalesce(t.value, cast(round(t.number, 4) as varchar))) as distinct_values,
                   quantile(t.number, 25e-2) as lower_quartile, quantile(t.number, 5e-1) as median,
                   quantile(t.number, 75e-2) as upper_quartile
            from profile_traits t
            join profile_customers c on c.account_id = t.account_id
            group by t.attribute
        )
        select n.attribute, e.customers, n.present, e.stayed, n.present_stayed, coalesce(o.others, 0) as others,
               coalesce(o.others_present, 0) as others_present, n.distinct_values, n.lower_quartile, n.median,
               n.upper_quartile
        from counted n
        cross join everybody e
        left join others_counted o on o.attribute = n.attribute
        """,
        missing=MISSING,
    ).with_table("others_counted", union_all(others or [nobody]))


def profile_trait_values(spec: DiscoverySpec, as_of: date) -> Query:
    """Values that enough customers share to be told apart on both halves. One row per attribute and value."""
    return query(
        """
        select attribute, value, count(*) as n
        from profile_traits
        where value is not null
        group by attribute, value
        having count(*) >= :enough
        """,
        enough=2 * spec.min_customers,
    )


def profile_attributes(
    spec: DiscoverySpec, as_of: date, profile_trait_counts: pa.Table, profile_trait_values: pa.Table
) -> pa.Table:
    """What is searched, in its place, and what is not, with the reason. One row per attribute.

    Refused: identifiers, owners, dates, names that speak of the time after the purchase, too many missing, and what
    is on record for those who stayed, or for customers only (methods d.1, l.7).
    """
    counts = {row["attribute"]: row for row in profile_trait_counts.to_pylist()}
    shared: dict[str, int] = {}
    for row in profile_trait_values.to_pylist():
        shared[row["attribute"]] = shared.get(row["attribute"], 0) + 1
    rows: list[Row] = [{"attribute": name, "kind": "other", "reason": why} for name, why in spec.refused().items()]
    kinds = {c.name: _kind(c.type) for c in spec.candidates()}
    place = 0
    for name in spec.searched():
        kind, count = kinds.get(name, "behaviour"), counts.get(name)
        reason = _unfit(spec, name, kind, count, shared.get(name, 0))
        if not reason and place == spec.places():
            reason = f"only {place} attributes are searched: name those that matter in discovery.attributes"
        missing = 1.0 if count is None else 1.0 - count["present"] / count["customers"]
        rows.append(
            {
                "attribute": name,
                "kind": kind,
                "missing": missing,
                "reason": reason or None,
                "place": None if reason else place,
            }
        )
        place += not reason
    return filled(TABLES["profile_attributes"], rows)


def profile_selectors(
    spec: DiscoverySpec,
    as_of: date,
    profile_attributes: pa.Table,
    profile_trait_counts: pa.Table,
    profile_trait_values: pa.Table,
) -> pa.Table:
    """The words of the search. One row per selector: a value, a class of a number, or neighbouring classes together."""
    counts = {row["attribute"]: row for row in profile_trait_counts.to_pylist()}
    values: dict[str, list[str]] = {}
    for row in sorted(profile_trait_values.to_pylist(), key=lambda row: (-row["n"], row["value"])):
        values.setdefault(row["attribute"], []).append(row["value"])
    types = {c.name: c.type for c in spec.candidates()}
    rows: list[Row] = []
    for row in sorted(profile_attributes.to_pylist(), key=lambda row: (row["place"] is None, row["place"])):
        if row["place"] is None:
            break
        name = row["attribute"]
        if row["kind"] == "number":
            made = list(_classes(spec, name, types[name], _edges(spec, name, counts[name])))
            lacking = max(selector["high_code"] for selector in made) + 1
            made += [_valued(name, "number", lacking, value) for value in values.get(name, ())]
        else:
            made = [
                _valued(name, row["kind"], code, value) for code, value in enumerate(values[name][: spec.max_values], 1)
            ]
        for selector in made:
            rows.append(
                {
                    **selector,
                    "selector": len(rows),
                    "attribute": name,
                    "place": row["place"],
                    "unit": 32 ** row["place"],
                }
            )
    return filled(TABLES["profile_selectors"], rows)


def profile_codes(spec: DiscoverySpec, as_of: date) -> Query:
    """Each customer in the words of the search, packed into one number. One row per customer."""
    return query(
        """
        with matched as (
            select t.account_id, s.code * s.unit as code
            from profile_traits t
            join profile_selectors s on s.attribute = t.attribute and s.value = t.value
            where s.code is not null
            union all
            select t.account_id, s.code * s.unit as code
            from profile_traits t
            join profile_selectors s on s.attribute = t.attribute
            where t.number is not null and s.code is not null and s.value is null
              and coalesce(t.number >= s.low, true) and coalesce(t.number < s.high, true)
        ),
        packed as (select account_id, sum(code) as code from matched group by account_id)
        select c.account_id, c.cluster_id, c.bucket, c.weight, c.outcome, coalesce(p.code, 0) as code
        from profile_customers c
        left join packed p on p.account_id = c.account_id
        """
    )


def _kind(type_: str) -> str:
    return "number" if type_ in NUMBERS else "yes/no" if type_ == BOOLEAN else "text"


def _unfit(spec: DiscoverySpec, name: str, kind: str, count: Row | None, shared: int) -> str:
    """Why an attribute is not searched; empty when it is."""
    if count is None:
        return "not on record for any customer in time"
    missing = 1.0 - count["present"] / count["customers"]
    if missing > spec.max_missing:
        if kind == "behaviour":
            days = spec.behaviour_days
            return f"its records do not reach {days} days before the purchase for {missing:.0%} of the customers"
        return f"missing for {missing:.0%} of the customers"
    if name not in spec.known_before_purchase and (told := _leak(spec, count)):
        return told
    if count["distinct_values"] < 2:
        return "the same for all"
    if kind != "number" and not shared:
        return f"no value is shared by {2 * spec.min_customers} customers"
    return ""


def _leak(spec: DiscoverySpec, count: Row) -> str:
    """Whether being on record already tells who stayed, or who is a customer at all (methods l.7); empty when not."""
    left = count["customers"] - count["stayed"]
    stayed = (count["present_stayed"], count["stayed"]), (count["present"] - count["present_stayed"], left)
    others = count["others"] if spec.for_prospects else 0
    bought = (count["present"], count["customers"]), (count["others_present"], others)
    for (one, other), words, so in (
        (stayed, ("those who stayed", "those who left"), "it was written down afterwards"),
        (bought, ("the customers", "the other accounts"), "it would find no prospect"),
    ):
        if min(one[1], other[1]) >= spec.min_customers:
            shares = one[0] / one[1], other[0] / other[1]
            # the area under the curve of a yes/no mark that is set for these shares of the two
            if shares[0] > shares[1] and 0.5 + (shares[0] - shares[1]) / 2.0 > spec.leak_limit:
                return f"on record for {shares[0]:.0%} of {words[0]} and {shares[1]:.0%} of {words[1]}: {so}"
    return ""


def _edges(spec: DiscoverySpec, name: str, count: Row) -> list[float]:
    """Where a number is cut: edges of the model, else the customers' quartiles, rounded to two digits."""
    if name in spec.edges:
        return list(spec.edges[name])
    if name == "employees":
        return [float(edge) for edge in spec.employee_bands]
    quartiles = (count["lower_quartile"], count["median"], count["upper_quartile"])
    return sorted({_rounded(float(x)) for x in quartiles if x is not None and isfinite(x)})


def _rounded(x: float) -> float:
    return 0.0 if x == 0 else round(x, 1 - floor(log10(abs(x))))


def _classes(spec: DiscoverySpec, name: str, type_: str, edges: list[float]) -> Iterator[Row]:
    """The classes between edges, then every run of neighbouring classes that is not everything."""
    ends: list[tuple[float | None, float | None]] = list(pairwise([None, *edges, None]))
    for code, (low, high) in enumerate(ends, 1):
        yield {
            "low_code": code,
            "high_code": code,
            "code": code,
            "low": low,
            "high": high,
            **_between(name, type_, low, high),
        }
    if not spec.ranges:
        return
    for first in range(1, len(ends) + 1):
        for last in range(first + 1, len(ends) + 1):
            if last - first + 1 < len(ends):
                low, high = ends[first - 1][0], ends[last - 1][1]
                yield {
                    "low_code": first,
                    "high_code": last,
                    "low": low,
                    "high": high,
                    **_between(name, type_, low, high),
                }


def _between(name: str, type_: str, low: float | None, high: float | None) -> Row:
    """A class of a number in words and as a condition."""
    words = name.replace("_", " ")
    if low is None or high is None:
        sign, edge = (">=", low) if high is None else ("<", high)
        return {"label": f"{words} {sign} {_number(edge)}", "condition": f"{name} {sign} {_number(edge)}"}
    if type_ == INTEGER:
        text = f"{_number(low)} and {_number(high - 1)}"
        return {"label": f"{words} {_number(low)} to {_number(high - 1)}", "condition": f"{name} between {text}"}
    label = f"{words} {_number(low)} to under {_number(high)}"
    return {"label": label, "condition": f"{name} >= {_number(low)} and {name} < {_number(high)}"}


def _number(x: float | None) -> str:
    assert x is not None
    return str(int(x)) if x == int(x) else repr(x)


def _valued(name: str, kind: str, code: int, value: str) -> Row:
    """A value of a text, a yes/no or a behaviour, in words and as a condition."""
    row: Row = {"low_code": code, "high_code": code, "code": code, "value": value}
    words = re.sub(r"[_:]+", " ", name)
    if value == MISSING:
        return {**row, "label": f"{words} not on record", "condition": f"{name} is null"}
    if kind == "text":
        quoted = value.replace("'", "''")
        return {**row, "label": f"{words} {value}", "condition": f"{name} = '{quoted}'"}
    said = words if value == "true" else f"no {words}"
    if kind == "behaviour":
        return {**row, "label": f"{said} before the purchase"}
    return {**row, "label": said, "condition": f"{name} = {value}"}
