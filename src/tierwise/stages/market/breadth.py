"""Is a segment too broad to write for? How mixed its problem, size and technology are, and where to cut it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import log
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.core.table import BOOLEAN, Column
from tierwise.sql.query import Query, column, query, union_all
from tierwise.stats.market.concentration import effective_groups, entropy
from tierwise.tables import market as dictionary
from tierwise.tables.arrow import filled

if TYPE_CHECKING:
    import pyarrow as pa

ASPECTS = ("problem", "size", "technology")
# What deals and bought topics say of an account's problem, besides its attributes.
PRODUCT, TOPIC = "product", "topic"
REST = "(other)"


class BreadthSpec(Spec):
    """Which attributes show what is mixed, and how much one audience can bear."""

    problem: tuple[str, ...] = default(
        ("industry", "sub_industry", PRODUCT),
        "what shows the problem: columns of accounts, product (of its deals), topic (of its intent reports; those bought "
        "are noisy)",
    )
    size: tuple[str, ...] = default(("employee_band",), "columns of accounts that show the size")
    technology: tuple[str, ...] | None = default(
        None,
        "columns of accounts that show the technology; null: your own yes/no attributes that are not named above",
    )
    too_many: int = default(1000, "accounts from which a segment is too broad to write for", unit="accounts", ge=2)
    too_mixed: float = default(
        3.0, "effective number of groups in one aspect from which it is too mixed", source="judgement", gt=1
    )
    least_known: float = default(
        0.5, "share of a segment's accounts of which an attribute must be known to count", unit="share", gt=0, le=1
    )
    most_subsegments: int = default(12, "most sub-segments that are suggested", ge=2, le=100)
    least_accounts: int = default(20, "accounts that a sub-segment needs", unit="accounts", ge=1)
    most_groups: int = default(20, "values of an attribute that are told apart; the rarer count as one", ge=2, le=100)
    attributes: tuple[Column, ...] = Field(default=(), exclude=True)

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """The attributes of each aspect."""
        taken = {*self.problem, *self.size}
        own = [c.name for c in self.attributes if c.type == BOOLEAN and c.name not in taken]
        technology = tuple(own) if self.technology is None else self.technology
        return dict(zip(ASPECTS, (self.problem, self.size, technology), strict=True))

    def names(self) -> list[str]:
        """Every attribute once, in the order of the aspects."""
        return list(dict.fromkeys(name for names in self.aspects().values() for name in names))


def breadth_cells(spec: BreadthSpec, as_of: date) -> Query:
    """Accounts by pairs of attribute values. One row per segment and pair of values of two attributes.

    An attribute with itself gives its own distribution. Of many values the rare ones count as one.
    """
    return query(
        """
        with counted as (
            select segment, attribute, value, count(*) as n from traits where value is not null
            group by segment, attribute, value
        ),
        ranked as (
            select c.*, row_number() over (partition by segment, attribute order by n desc, value) as place from counted c
        ),
        named as (
            select t.account_id, t.segment, t.attribute,
                   case when t.value is null then '' when r.place <= :most then t.value else :rest end as value
            from traits t
            left join ranked r on r.segment = t.segment and r.attribute = t.attribute and r.value = t.value
        )
        select a.segment, a.attribute, a.value, b.attribute as other, b.value as other_value, count(*) as n
        from named a
        join named b on b.account_id = a.account_id
        group by a.segment, a.attribute, a.value, b.attribute, b.value
        """,
        most=spec.most_groups,
        rest=REST,
    ).with_table("traits", _traits(spec))


def _traits(spec: BreadthSpec) -> Query:
    """Every account of a segment with the value of each attribute, empty where it is not known."""
    return union_all([_trait(name) for name in spec.names()] or [_trait("industry")])


def _trait(name: str) -> Query:
    facts = {PRODUCT: ("opportunities", PRODUCT), TOPIC: ("intent_reports", TOPIC)}
    if name not in facts:
        return query(
            """
            select s.account_id, s.segment, :name as attribute, cast(:value as varchar) as value
            from account_segments s join accounts a on a.account_id = s.account_id
            """,
            name=name,
            value=column(name, "a"),
        )
    table, value = facts[name]
    # the most frequent of an account speaks for it; of equally frequent ones the first in the alphabet
    return query(
        """
        select s.account_id, s.segment, :name as attribute, m.value
        from account_segments s
        left join (
            select account_id, first_by(value, -n, value) as value
            from (select account_id, :column as value, count(*) as n from said where :column is not null
                  group by account_id, :column) each_value
            group by account_id
        ) m on m.account_id = s.account_id
        """,
        name=name,
        column=column(value),
    ).reading(said=table)


@dataclass(frozen=True)
class _Segment:
    """One segment's cells: `own` counts the values of each attribute, `pairs` those of two together."""

    name: str
    accounts: int
    own: Mapping[str, Mapping[str, int]]
    pairs: Mapping[tuple[str, str], Mapping[str, Mapping[str, int]]]

    @classmethod
    def of(cls, name: str, cells: list[dict[str, Any]]) -> _Segment:
        pairs: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
        own: dict[str, dict[str, int]] = {}
        for cell in sorted(cells, key=lambda c: (c["attribute"], c["value"], c["other"], c["other_value"])):
            key = cell["attribute"], cell["other"]
            if key[0] == key[1]:
                own.setdefault(key[0], {})[cell["value"]] = cell["n"]
            else:
                pairs.setdefault(key, {}).setdefault(cell["value"], {})[cell["other_value"]] = cell["n"]
        return cls(name, max(sum(counts.values()) for counts in own.values()), own, pairs)

    def known(self, attribute: str) -> dict[str, int]:
        """Accounts by known value."""
        return {value: n for value, n in self.own.get(attribute, {}).items() if value}

    def shown(self, spec: BreadthSpec, attribute: str) -> dict[str, int]:
        """Accounts by known value where enough of them are known; else nothing."""
        known = self.known(attribute)
        return known if sum(known.values()) >= spec.least_known * self.accounts else {}

    def within(self, split: str, attribute: str) -> dict[str, dict[str, int]]:
        """The known values of an attribute in each group of a split."""
        if split == attribute:
            return {value: {value: n} for value, n in self.own[split].items()}
        groups = self.pairs.get((split, attribute), {})
        return {group: {value: n for value, n in counts.items() if value} for group, counts in groups.items()}


def breadth_aspects(spec: BreadthSpec, as_of: date, breadth_cells: pa.Table) -> pa.Table:
    """How mixed each segment is in each attribute. One row per segment and attribute."""
    rows = [row for segment in _segments(breadth_cells) for row in _aspect_rows(spec, segment)]
    return filled(dictionary.BREADTH_ASPECTS, rows)


def breadth(spec: BreadthSpec, as_of: date, breadth_cells: pa.Table) -> pa.Table:
    """Whether each segment reads as one audience, and what to split it by if not. One row per segment with accounts."""
    return filled(dictionary.BREADTH, [_row(spec, segment) for segment in _segments(breadth_cells)])


def breadth_splits(spec: BreadthSpec, as_of: date, breadth_cells: pa.Table) -> pa.Table:
    """The sub-segments of the suggested split. One row per segment and sub-segment; none where one audience it is."""
    types = {c.name: c.type for c in spec.attributes}
    rows = [row for segment in _segments(breadth_cells) for row in _split_rows(spec, segment, types)]
    return filled(dictionary.BREADTH_SPLITS, rows)


def _segments(cells: pa.Table) -> Iterator[_Segment]:
    listed = sorted(cells.to_pylist(), key=lambda cell: cell["segment"])
    for name, rows in groupby(listed, key=lambda cell: cell["segment"]):
        yield _Segment.of(name, list(rows))


def _aspect_rows(spec: BreadthSpec, segment: _Segment) -> Iterator[dict[str, Any]]:
    for aspect, names in spec.aspects().items():
        for name in names:
            known = segment.known(name)
            total = sum(known.values())
            largest = max(known, key=lambda value: (known[value], value), default=None)
            yield {
                "segment": segment.name, "aspect": aspect, "attribute": name, "accounts": segment.accounts,
                "known": round(total / segment.accounts, 6), "groups": len(known),
                "effective_groups": round(effective_groups(list(known.values())), 6) if known else None,
                "heterogeneity": _rounded(_evenness(known)), "largest": largest,
                "largest_share": round(known[largest] / total, 6) if largest is not None else None,
            }  # fmt: skip


def _evenness(counts: Mapping[str, int]) -> float | None:
    """Entropy over ln(groups): 0 all alike, 1 evenly mixed (Pielou 1966); None where nothing is known."""
    if not counts:
        return None
    return entropy(list(counts.values())) / log(len(counts)) if len(counts) > 1 else 0.0


def _heterogeneity(
    spec: BreadthSpec, segment: _Segment, groups: Mapping[str, Mapping[str, Mapping[str, int]]]
) -> float | None:
    """Mean over the aspects of what is mixed within groups, by the number of values in the whole segment.

    `groups` holds for each attribute its values in each group; a group weighs as many accounts as it has.
    """
    aspects = []
    for names in spec.aspects().values():
        found = []
        for name in names:
            values = len(segment.shown(spec, name))
            inside = [counts for counts in groups.get(name, {}).values() if counts]
            total = sum(sum(counts.values()) for counts in inside)
            if values == 0 or total == 0:
                continue
            mixed = sum(sum(counts.values()) * entropy(list(counts.values())) for counts in inside) / total
            found.append(mixed / log(values) if values > 1 else 0.0)
        if found:
            aspects.append(sum(found) / len(found))
    return sum(aspects) / len(aspects) if aspects else None


def _whole(spec: BreadthSpec, segment: _Segment) -> float | None:
    return _heterogeneity(spec, segment, {name: {"": segment.known(name)} for name in spec.names()})


def _after(spec: BreadthSpec, segment: _Segment, split: str) -> float | None:
    return _heterogeneity(spec, segment, {name: _merged(spec, segment, split, name) for name in spec.names()})


def _merged(spec: BreadthSpec, segment: _Segment, split: str, attribute: str) -> dict[str, dict[str, int]]:
    """The groups of a split, those too small for a sub-segment put together with the unknown."""
    kept = _large(spec, segment, split)
    merged: dict[str, dict[str, int]] = {}
    for group, counts in segment.within(split, attribute).items():
        into = merged.setdefault(group if group in kept else "", {})
        for value, n in counts.items():
            if value:
                into[value] = into.get(value, 0) + n
    return merged


def _large(spec: BreadthSpec, segment: _Segment, split: str) -> list[str]:
    known = segment.known(split)
    return [value for value in sorted(known) if known[value] >= spec.least_accounts and value != REST]


def _splits(spec: BreadthSpec, segment: _Segment, attribute: str) -> bool:
    """Whether the values make a handful of sub-segments that hold at least half of the accounts."""
    kept = _large(spec, segment, attribute)
    covered = sum(segment.own[attribute][value] for value in kept)
    return 2 <= len(kept) <= spec.most_subsegments and covered >= segment.accounts / 2


def _best_split(spec: BreadthSpec, segment: _Segment) -> tuple[str, float] | None:
    """The attribute whose sub-segments are the most uniform; None where none makes two of them or helps."""
    before = _whole(spec, segment)
    # deals and topics show a problem but are no columns that a segment's condition may name
    splits = [s for s in spec.names() if s not in (PRODUCT, TOPIC) and _splits(spec, segment, s)]
    found = [(after, split) for split in splits if (after := _after(spec, segment, split)) is not None]
    if before is None or not found:
        return None
    after, split = min((round(after, 9), split) for after, split in found)
    return (split, after) if after < before - 1e-6 else None


def _row(spec: BreadthSpec, segment: _Segment) -> dict[str, Any]:
    groups = {
        aspect: max(
            (effective_groups(list(shown.values())) for name in names if (shown := segment.shown(spec, name))),
            default=None,
        )
        for aspect, names in spec.aspects().items()
    }
    whole = _whole(spec, segment)
    row = {
        "segment": segment.name, "accounts": segment.accounts,
        **{aspect: _rounded(count) for aspect, count in groups.items()}, "heterogeneity": _rounded(whole),
        "too_many": segment.accounts >= spec.too_many,
        "too_mixed": any(_broad(spec, segment, count) for count in groups.values()),
    }  # fmt: skip
    best = _best_split(spec, segment) if row["too_many"] or row["too_mixed"] else None
    if best is not None:
        row |= {"split_by": best[0], "heterogeneity_after": _rounded(best[1])}
    return row | {"said": _said(spec, row, groups)}


def _broad(spec: BreadthSpec, segment: _Segment, groups: float | None) -> bool:
    """Whether an aspect is too mixed. A segment that could not be cut in two is not: each account is known by name there."""
    return groups is not None and groups >= spec.too_mixed and segment.accounts >= 2 * spec.least_accounts


def _said(spec: BreadthSpec, row: Mapping[str, Any], groups: Mapping[str, float | None]) -> str:
    broad = {
        aspect: count for aspect, count in groups.items() if row["too_mixed"] and count and count >= spec.too_mixed
    }
    mixed = [f"{count:.1f} groups by {aspect}" for aspect, count in broad.items()]
    words = [f"too broad to write for with {row['accounts']:,} accounts"] if row["too_many"] else []
    words += [f"as mixed as {' and '.join(mixed)}"] if mixed else []
    if words:
        cut = f"split it by {row['split_by']}" if row.get("split_by") else "no attribute on record splits it well"
        return f"{', '.join(words)}; {cut}"
    if row["heterogeneity"] is None:
        return "nothing on record shows what is mixed in it"
    return (
        "reads as one audience" if row["accounts"] >= 2 * spec.least_accounts else "small enough to know each account"
    )


def _split_rows(spec: BreadthSpec, segment: _Segment, types: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    split = _row(spec, segment).get("split_by")
    if split is None:
        return
    kept = _large(spec, segment, split)
    for value in [*kept, ""]:
        accounts = (
            segment.own[split].get(value, 0) if value else segment.accounts - sum(segment.own[split][v] for v in kept)
        )
        if not accounts:
            continue
        groups = {name: {value: _merged(spec, segment, split, name).get(value, {})} for name in spec.names()}
        yield {
            "segment": segment.name, "attribute": split, "value": value, "accounts": accounts,
            "condition": _condition(split, value, types) if value else None,
            "heterogeneity": _rounded(_heterogeneity(spec, segment, groups)),
        }  # fmt: skip


def _condition(attribute: str, value: str, types: Mapping[str, str]) -> str:
    if types.get(attribute) == BOOLEAN:
        return attribute if value == "true" else f"not {attribute}"
    return f"{attribute} = '{value.replace(chr(39), chr(39) * 2)}'"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
