"""Which pairs are one company, how surely, and why? Every agreement has its weight, and the weights of a pair add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import reduce

import pyarrow as pa

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.identity.levels import BEFORE, CHAINS, SHARE, STRENGTH
from tierwise.stages.accounts.identity.spec import IdentitySpec
from tierwise.stats.linkage.weights import in_order, learn
from tierwise.tables.accounts.matching import MATCH_WEIGHTS
from tierwise.tables.arrow import filled


def match_weights(spec: IdentitySpec, as_of: date, match_patterns: pa.Table) -> pa.Table:
    """What each agreement weighs. One row per field and level, and one for the odds before anything is compared."""
    order = [(f"{field}_level", "ascending") for field in BEFORE.fields]
    counted = match_patterns.sort_by(order).to_pydict()  # sums of doubles depend on their order
    patterns = {field: counted[f"{field}_level"] for field in BEFORE.fields}
    found = learn(patterns, counted["pairs"], BEFORE, STRENGTH, SHARE)
    names = reduce(in_order, CHAINS, found.fields["name"])
    rows = [{"field": "prior", "level": "", "same": found.share, "other": 1 - found.share, "weight": found.prior}]
    for field, levels in {**found.fields, "name": names}.items():
        for name, level in levels.items():
            rows.append(
                {"field": field, "level": name, "same": level.same, "other": level.other, "weight": level.weight}
            )
    return filled(MATCH_WEIGHTS, [{**row, "weight": Decimal(f"{row['weight']:.6f}")} for row in rows])


def match_pairs(spec: IdentitySpec, as_of: date) -> Query:
    """The pairs that are one, surely or perhaps. One row per pair."""
    return query(
        """
        with weighed as (
            select l.left_id, l.right_id, p.weight + n.weight + d.weight + c.weight + h.weight as weight
            from match_levels l
            join match_weights n on n.field = 'name' and n.level = l.name_level
            join match_weights d on d.field = 'domain' and d.level = l.domain_level
            join match_weights c on c.field = 'place' and c.level = l.place_level
            join match_weights h on h.field = 'people' and h.level = l.people_level
            cross join (select weight from match_weights where field = 'prior') p
        ),
        sure as (
            select left_id, right_id, weight, from_log_odds(cast(weight as double) * ln(2)) as probability from weighed
        )
        select left_id, right_id, weight, round(probability, 6) as probability,
               case when probability >= :surely then 'same' else 'review' end as decision
        from sure
        where probability >= :surely_not
        """,
        surely=spec.surely,
        surely_not=spec.surely_not,
    )


def match_reasons(spec: IdentitySpec, as_of: date) -> Query:
    """Why: one row per pair and field, and one for how often companies that are compared are one at all."""
    return query(
        """
        with fields as (
            select 'prior' as field union all select 'name' as field union all select 'domain' as field
            union all select 'place' as field union all select 'people' as field
        ),
        said as (
            select p.left_id, p.right_id, f.field,
                   case f.field when 'name' then l.name_level when 'domain' then l.domain_level
                                when 'place' then l.place_level when 'people' then l.people_level else '' end as level,
                   case f.field when 'name' then 'names: ' || a.name || ' / ' || b.name || ': ' || l.name_level
                                when 'domain' then 'domains: ' || l.domain_level
                                when 'place' then 'places: ' || l.place_level
                                when 'people' then 'people: ' || l.people_level
                                else 'how often companies that share a key are one' end as text
            from match_pairs p
            join match_levels l on l.left_id = p.left_id and l.right_id = p.right_id
            join match_cores a on a.name_number = l.left_name
            join match_cores b on b.name_number = l.right_name
            cross join fields f
        )
        select s.left_id, s.right_id, s.field, s.level, w.weight, s.text
        from said s
        join match_weights w on w.field = s.field and w.level = s.level
        """
    )
