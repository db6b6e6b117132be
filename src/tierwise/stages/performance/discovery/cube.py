"""What do all conjunctions add up to, which of them does each half propose, and what do the others say of those?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from tierwise.core.ids import digest
from tierwise.sql.query import Query, aliased, column, query, tuple_of
from tierwise.stages.performance.discovery.spec import BUCKETS, DiscoverySpec
from tierwise.stats.subgroups.cells import BITS, CODES, Cells, Selector, Wider, covering, roll_up
from tierwise.stats.subgroups.multiplicity import order_factors
from tierwise.stats.subgroups.search import Rules, Search, halves
from tierwise.tables.arrow import filled, numbers
from tierwise.tables.performance.discovery import DISCOVERY_TABLES

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = {table.name: table for table in DISCOVERY_TABLES}
TAILS = {"good": 1, "bad": -1}
DRAWN = 5000  # customers on whom overlaps are counted; of 5,000 a Jaccard of .6 is known to about .05 for 2 % of them
SUMS = ("n", "s", "e", "ss", "ee", "se")


def profile_blocks(spec: DiscoverySpec, as_of: date) -> Query:
    """The cube: sums per block of attributes, combination of codes and lot, in one scan per block.

    Blocks of depth + 1 attributes cover every combination of `depth` attributes (stats/subgroups/cells.py).
    """
    places = range(spec.places())
    names = [f"x{place}" for place in places]
    unpacked = [
        aliased(_node("select p.code // :unit % :codes", unit=CODES**place, codes=CODES), name)
        for place, name in zip(places, names, strict=True)
    ]
    grouped = [column(name, "g") for name in names]
    bit = "select case when :x is not null then :bit else 0 end"
    code = "select coalesce(:x, 0) * :unit"
    return query(
        """
        with wide as (
            select p.bucket, p.weight as s, p.outcome as e, :unpacked from profile_codes p
        ),
        grouped as (
            select :names, w.bucket, count(*) as n, sum(w.s) as s, sum(w.e) as e, sum(w.s * w.s) as ss,
                   sum(w.e * w.e) as ee, sum(w.s * w.e) as se
            from wide w
            group by grouping sets (:blocks)
        )
        select :places as places, :cell as cell, g.bucket, g.n, g.s, g.e, g.ss, g.ee, g.se
        from grouped g
        """,
        unpacked=unpacked,
        names=[column(name, "w") for name in names],
        blocks=[
            tuple_of(*(column(names[place], "w") for place in block), column("bucket", "w"))
            for block in covering(spec.places(), spec.depth)
        ],
        places=_total([_node(bit, x=x, bit=1 << place) for place, x in zip(places, grouped, strict=True)]),
        cell=_total([_node(code, x=x, unit=CODES**place) for place, x in zip(places, grouped, strict=True)]),
    )


def profile_sample(spec: DiscoverySpec, as_of: date) -> Query:
    """Customers on whom the overlap of two profiles is counted: all, or so many drawn by a hash. One row per customer."""
    return query(
        """
        with drawn as (
            select account_id, code, row_number() over (order by key_of('overlaps', account_id), account_id) as place
            from profile_codes
        )
        select account_id, code from drawn where place <= :most
        """,
        most=DRAWN,
    )


def profile_proposals(
    spec: DiscoverySpec,
    as_of: date,
    profile_blocks: pa.Table,
    profile_selectors: pa.Table,
    profile_sample: pa.Table,
) -> pa.Table:
    """What each half proposes to the other. One row per split, tail and profile.

    The strongest proposal of a split pays the smallest factor for being one of several (stats/subgroups/multiplicity.py).
    """
    selectors = profile_selectors.sort_by("selector").to_pylist()
    cells = cells_of(spec, profile_blocks, selectors)
    search = Search(cells, _conditions(selectors), halves_of(spec), _rules(spec), numbers_of(profile_sample, "code"))
    rows: list[dict[str, Any]] = []
    for split in range(spec.splits):
        strength = np.round(np.abs(search.quality(split)), 9)
        proposed = [(tail, cell) for tail, sign in TAILS.items() for cell in search.proposals(split, sign)]
        factors = order_factors(strength[[cell for _, cell in proposed]], np.ones(len(proposed), dtype=bool))
        for (tail, cell), factor in zip(proposed, factors, strict=True):
            name = ",".join(str(number) for number in cells.keys[cell])
            rows.append({"split": split, "tail": tail, "profile": name, "factor": float(factor)})
    return filled(TABLES["profile_proposals"], rows)


def profile_contrasts(
    spec: DiscoverySpec, as_of: date, profile_proposals: pa.Table, profile_selectors: pa.Table
) -> pa.Table:
    """Profiles that at least half of the splits proposed. One row each, and one per condition to test within the wider one."""
    selectors = profile_selectors.sort_by("selector").to_pylist()
    counted = Counter((row["tail"], row["profile"]) for row in profile_proposals.to_pylist())
    often = {profile for (_, profile), splits in counted.items() if 2 * splits >= spec.splits}
    keys = sorted(tuple(int(number) for number in profile.split(",")) for profile in often)
    wider = Wider(_conditions(selectors))
    rows: list[dict[str, Any]] = []
    for key in keys:
        name = ",".join(str(number) for number in key)
        tests: list[tuple[int | None, tuple[int, ...]]] = [(None, key), *wider.of(key)]
        for added, rest in tests:
            row = {"contrast": len(rows) + 1, "profile": name, "added": added}
            rows.append(row | _membership(selectors, rest, added))
    return filled(TABLES["profile_contrasts"], rows)


def profile_sums(spec: DiscoverySpec, as_of: date) -> Query:
    """Sums over ultimate parents inside and outside each contrast. One row per contrast and lot.

    A profile's outside is written as what its parents' accounts change in everybody's sums (contrast 0), so
    that only its own accounts are read; a selector's outside is the accounts that it turns away.
    """
    return query(
        """
        with whole as (
            select cluster_id, bucket, count(*) as n, sum(weight) as s, sum(outcome) as e
            from profile_codes
            group by cluster_id, bucket
        ),
        members as (
            select p.contrast, p.added is null as alone, c.cluster_id, c.bucket, c.weight, c.outcome,
                   case when c.code // p.added_unit % :codes between p.added_low and p.added_high
                        then 1 else 0 end as inside
            from profile_contrasts p
            join profile_codes c
              on c.code // p.unit_1 % :codes between p.low_1 and p.high_1
             and c.code // p.unit_2 % :codes between p.low_2 and p.high_2
             and c.code // p.unit_3 % :codes between p.low_3 and p.high_3
        ),
        clusters as (
            select contrast, alone, cluster_id, bucket, sum(inside) as n, sum(inside * weight) as s,
                   sum(inside * outcome) as e, count(*) as n_all, sum(weight) as s_all, sum(outcome) as e_all
            from members
            group by contrast, alone, cluster_id, bucket
        ),
        sides as (
            select c.contrast, c.bucket, c.n, c.s, c.e,
                   case when c.alone then w.n else c.n_all end - c.n as n_rest,
                   case when c.alone then w.s else c.s_all end - c.s as s_rest,
                   case when c.alone then w.e else c.e_all end - c.e as e_rest,
                   case when c.alone then w.n else 0 end as n_off, case when c.alone then w.s else 0 end as s_off,
                   case when c.alone then w.e else 0 end as e_off
            from clusters c
            join whole w on w.cluster_id = c.cluster_id
            union all
            select 0 as contrast, bucket, n, s, e, 0 as n_rest, 0 as s_rest, 0 as e_rest, 0 as n_off, 0 as s_off,
                   0 as e_off
            from whole
        )
        select contrast, bucket, sum(n) as n_in, sum(s) as s_in, sum(e) as e_in, sum(s * s) as ss_in,
               sum(e * e) as ee_in, sum(s * e) as se_in, count_if(n > 0) as k_in,
               sum(n_rest - n_off) as n_out, sum(s_rest - s_off) as s_out, sum(e_rest - e_off) as e_out,
               sum(s_rest * s_rest - s_off * s_off) as ss_out, sum(e_rest * e_rest - e_off * e_off) as ee_out,
               sum(s_rest * e_rest - s_off * e_off) as se_out,
               count_if(n_rest > 0) - count_if(n_off > 0) as k_out
        from sides
        group by contrast, bucket
        """,
        codes=CODES,
    )


def cells_of(spec: DiscoverySpec, profile_blocks: pa.Table, selectors: Sequence[dict[str, Any]]) -> Cells:
    """Every conjunction with support, from the rows of the cube."""
    places, cell, bucket = (numbers_of(profile_blocks, name) for name in ("places", "cell", "bucket"))
    values = np.stack([numbers(profile_blocks, name) for name in SUMS], axis=-1)
    blocks = {}
    for mask in np.unique(places):
        rows = places == mask
        chosen = tuple(place for place in range(spec.places()) if int(mask) >> place & 1)
        codes = np.stack([cell[rows] >> (BITS * place) & (CODES - 1) for place in chosen], axis=-1)
        blocks[chosen] = (codes, bucket[rows], values[rows])
    return roll_up(blocks, _conditions(selectors), spec.depth, BUCKETS, 2 * spec.min_customers)


def numbers_of(rows: pa.Table, name: str) -> Any:
    """A column of whole numbers as a numpy array."""
    return rows[name].to_numpy()


def _conditions(selectors: Sequence[dict[str, Any]]) -> list[Selector]:
    return [Selector(row["place"], row["low_code"], row["high_code"]) for row in selectors]


def _rules(spec: DiscoverySpec) -> Rules:
    return Rules(
        spec.exponent, spec.min_customers, spec.min_n_eff, spec.max_cover, spec.max_jaccard, spec.promising,
        spec.productive, spec.proposals,
    )  # fmt: skip


def halves_of(spec: DiscoverySpec) -> Any:
    """The lots that search, per split; the seed depends on the target alone, so that nothing else changes the halves."""
    return halves(BUCKETS, spec.splits, int(digest(["discovery", spec.target], 12), 16))


def _membership(selectors: Sequence[dict[str, Any]], keys: Sequence[int], added: int | None) -> dict[str, int]:
    """The conditions of a contrast as limits of codes; an unused one is true of everybody."""
    row: dict[str, int] = {}
    anybody = {"unit": 1, "low_code": 0, "high_code": CODES - 1}
    chosen = [*(selectors[number] for number in keys), anybody, anybody, anybody][:3]
    for place, selector in enumerate(chosen, 1):
        row |= {
            f"unit_{place}": selector["unit"],
            f"low_{place}": selector["low_code"],
            f"high_{place}": selector["high_code"],
        }
    last = anybody if added is None else selectors[added]
    return row | {"added_unit": last["unit"], "added_low": last["low_code"], "added_high": last["high_code"]}


def _node(sql: str, **parameters: Any) -> Any:
    return query(sql, **parameters).tree.expressions[0]


def _total(nodes: Sequence[Any]) -> Any:
    return reduce(lambda left, right: _node("select :left + :right", left=left, right=right), nodes)
