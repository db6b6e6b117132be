"""What do the halves that did not search say of the proposals, and which of them are worth a name?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tierwise.sql.query import Query, query
from tierwise.stages.performance.discovery.cube import SUMS, TABLES, TAILS, cells_of, halves_of
from tierwise.stages.performance.discovery.spec import BUCKETS, DiscoverySpec
from tierwise.stats.shrinkage import toward_parent
from tierwise.stats.subgroups.contrasts import Contrast, Groups, contrast, smallest_effect
from tierwise.stats.subgroups.multiplicity import median_of_splits
from tierwise.tables.arrow import filled, numbers

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[np.float64]
Bits = NDArray[np.bool_]
Row = dict[str, Any]
SHOWN = (
    "tail", "profile", "value", "value_outside", "effect", "lo", "hi", "level", "shrunk_value", "q", "n", "n_clusters",
    "n_eff",
)  # fmt: skip


class _Judging(NamedTuple):
    """Both sides of every contrast on the halves that judge (splits x contrasts), and the inside of all customers."""

    inside: Groups
    outside: Groups
    whole: Groups
    found: Contrast


def profile_evidence(
    spec: DiscoverySpec,
    as_of: date,
    profile_proposals: pa.Table,
    profile_contrasts: pa.Table,
    profile_sums: pa.Table,
) -> pa.Table:
    """Profiles that half of the splits proposed, judged on the halves that did not search. One row per tail and profile.

    Per split: one-sided p-value in the direction that the other half proposed, times the factor of the proposal; 1 where
    the split did not propose it. Over the splits: twice the median (Meinshausen, Meier and Buhlmann 2009), which holds for
    all proposals together. Effect and interval: medians over the halves that tested it.
    """
    asked = profile_contrasts.sort_by("contrast").to_pylist()
    if not asked:
        return filled(TABLES["profile_evidence"], [])
    inside, outside, everybody = _sides(profile_sums, asked)
    testing = 1.0 - halves_of(spec).astype(float)
    tested = Groups.of(np.einsum("cbs,hb->hcs", inside, testing))
    against = Groups.of(np.einsum("cbs,hb->hcs", outside, testing))
    found = contrast(tested, against, spec.borrowed)
    sides = _Judging(tested, against, Groups.of(inside.sum(axis=1)), found)
    rows = []
    for (tail, profile), factors in sorted(_factors(spec, profile_proposals).items()):
        mine = factors > 0
        if 2 * mine.sum() < spec.splits:
            continue
        sign = TAILS[tail]
        i, *parts = (place for place, row in enumerate(asked) if row["profile"] == profile)
        adds = all(_adds(found, part, mine, sign, spec.productive) for part in parts)
        q = float(median_of_splits(np.where(mine, np.minimum(found.p(sign)[:, i] * factors, 1.0), 1.0)))
        told = {"tail": tail, "profile": profile, "q": q, "productive": adds, "found": adds and q <= spec.fdr}
        rows.append(told | _judged(sides, i, mine, spec.level))
    _shrink(spec, rows, Groups.of(everybody.sum(axis=0)))
    names = TABLES["profile_evidence"].names
    return filled(TABLES["profile_evidence"], [{name: row[name] for name in names} for row in rows])


def profile_overlaps(spec: DiscoverySpec, as_of: date) -> Query:
    """How many customers two profiles share. One row per ordered pair of profiles found."""
    return query(
        """
        with members as (
            select p.profile, c.account_id
            from profile_contrasts p
            join (select distinct profile from profile_evidence where found) f on f.profile = p.profile
            join profile_codes c
              on c.code // p.unit_1 % 32 between p.low_1 and p.high_1
             and c.code // p.unit_2 % 32 between p.low_2 and p.high_2
             and c.code // p.unit_3 % 32 between p.low_3 and p.high_3
            where p.added is null
        ),
        sizes as (select profile, count(*) as n from members group by profile),
        shared as (
            select a.profile, b.profile as other, count(*) as n_both
            from members a
            join members b on b.account_id = a.account_id and b.profile <> a.profile
            group by a.profile, b.profile
        )
        select a.profile, b.profile as other, a.n, b.n as n_other, coalesce(s.n_both, 0) as n_both
        from sizes a
        join sizes b on b.profile <> a.profile
        left join shared s on s.profile = a.profile and s.other = b.profile
        """
    )


def profiles(
    spec: DiscoverySpec,
    as_of: date,
    profile_evidence: pa.Table,
    profile_overlaps: pa.Table,
    profile_selectors: pa.Table,
) -> pa.Table:
    """Profiles whose customers did better or worse than the others. One row per tail and profile, strongest first.

    Of two that share more than `max_jaccard` of their customers the one with the stronger evidence stays (methods d.5).
    """
    shared = {
        (row["profile"], row["other"]): row["n_both"] / (row["n"] + row["n_other"] - row["n_both"])
        for row in profile_overlaps.to_pylist()
    }
    words = {row["selector"]: row for row in profile_selectors.to_pylist()}
    evidence = [row for row in profile_evidence.to_pylist() if row["found"]]
    rows: list[Row] = []
    taken: set[str] = set()
    for tail in TAILS:
        kept: list[Row] = []
        mine = (row for row in evidence if row["tail"] == tail)
        for row in sorted(mine, key=lambda r: (round(r["q"], 9), -abs(r["effect"]), r["profile"])):
            near = any(shared[row["profile"], other["profile"]] > spec.max_jaccard for other in kept)
            if len(kept) < spec.most and not near:
                selectors = [words[int(number)] for number in row["profile"].split(",")]
                kept.append({name: row[name] for name in SHOWN} | _named(selectors, taken) | {"rank": len(kept) + 1})
        rows += kept
    return filled(TABLES["profiles"], rows)


def profile_limits(spec: DiscoverySpec, as_of: date, profile_blocks: pa.Table, profile_selectors: pa.Table) -> pa.Table:
    """The smallest difference that would be found, by number of conditions. One row per depth with enough customers.

    At the level that one test faces once the other proposals and the median over splits are allowed for, on half
    of the customers; normal approximation.
    """
    if not profile_blocks.num_rows:
        return filled(TABLES["profile_limits"], [])
    cells = cells_of(spec, profile_blocks, profile_selectors.sort_by("selector").to_pylist())
    everybody, groups = Groups.of(cells.everybody.sum(axis=0)), Groups.of(cells.sums.sum(axis=1))
    total = float(everybody.n_eff)
    spread = (float(everybody.variance) * total) ** 0.5
    fits = (groups.n_eff >= 2 * spec.min_n_eff) & (groups.n <= spec.max_cover * float(everybody.n))
    alpha = spec.fdr / 2.0 / (2 * spec.proposals)

    def smallest(n_eff: float) -> float:
        return smallest_effect(spread, n_eff / 2.0, max(total - n_eff, 1.0) / 2.0, alpha, spec.power)

    rows = []
    for depth in range(1, spec.depth + 1):
        mine = fits & (cells.depth == depth)
        if mine.any():
            typical = float(np.median(groups.n_eff[mine]))
            rows.append({
                "depth": depth, "profiles": int(mine.sum()), "n": float(np.median(groups.n[mine])), "n_eff": typical,
                "smallest_effect": smallest(typical),
                "smallest_effect_best": min(smallest(float(n_eff)) for n_eff in groups.n_eff[mine]),
            })  # fmt: skip
    return filled(TABLES["profile_limits"], rows)


def _sides(profile_sums: pa.Table, asked: Sequence[Row]) -> tuple[Array, Array, Array]:
    """Sums per contrast and lot inside and outside, and everybody's per lot."""
    rows, lots = profile_sums["contrast"].to_numpy(), profile_sums["bucket"].to_numpy()
    sides = []
    for side in ("in", "out"):
        table = np.zeros((len(asked) + 1, BUCKETS, 7))
        table[rows, lots] = np.stack([numbers(profile_sums, f"{name}_{side}") for name in (*SUMS, "k")], axis=-1)
        sides.append(table)
    inside, outside = sides
    everybody = inside[0]
    alone = np.array([row["added"] is None for row in asked])
    outside = outside[1:] + np.where(alone[:, None, None], everybody, 0.0)
    return inside[1:], outside, everybody


def _factors(spec: DiscoverySpec, profile_proposals: pa.Table) -> dict[tuple[str, str], Array]:
    """Per tail and profile: the factor in each split, 0 where the split did not propose it."""
    found: dict[tuple[str, str], Array] = {}
    for row in profile_proposals.to_pylist():
        found.setdefault((row["tail"], row["profile"]), np.zeros(spec.splits))[row["split"]] = row["factor"]
    return found


def _adds(found: Contrast, place: int, splits: Bits, sign: int, level: float) -> bool:
    """Whether a selector adds to the others: the lower bound of its own effect, median over splits, is above zero."""
    bound = sign * found.effect[splits, place] - found.spread(1.0 - 2.0 * level)[splits, place]
    return bool(np.median(np.nan_to_num(bound, nan=-np.inf)) > 0)


def _judged(sides: _Judging, i: int, mine: Bits, level: float) -> Row:
    """Medians of one profile over the splits that proposed it, on the halves that judged it."""

    def middle(values: Array) -> float:
        return float(np.median(values[mine, i]))

    spread = sides.found.spread(level)
    return {
        "splits": int(mine.sum()), "value": middle(sides.inside.value), "value_outside": middle(sides.outside.value),
        "effect": middle(sides.found.effect), "lo": middle(sides.found.effect - spread),
        "hi": middle(sides.found.effect + spread), "level": level, "n": int(sides.whole.n[i]),
        "n_clusters": int(sides.whole.k[i]), "n_eff": float(sides.whole.n_eff[i]),
        "variance": middle(sides.inside.variance), "n_eff_tested": middle(sides.inside.n_eff),
    }  # fmt: skip


def _shrink(spec: DiscoverySpec, rows: Sequence[Row], everybody: Groups) -> None:
    """Each value drawn toward everybody's, in both tails together; profiles overlap, so they are no partition."""
    shrunk = None
    if rows:
        parent = float(everybody.value)
        shrunk = toward_parent(
            [row["value"] for row in rows], [row["variance"] for row in rows], [row["n_eff_tested"] for row in rows],
            parent, float(everybody.variance), level=spec.level,
        )  # fmt: skip
    for i, row in enumerate(rows):
        row["shrunk_value"] = shrunk[i].value if shrunk else None


def _named(selectors: Sequence[Mapping[str, Any]], taken: set[str]) -> Row:
    """A name, the words and the condition of a profile; no condition where behaviour is among its selectors."""
    words = "_".join(str(s["value"] if s["value"] not in ("true", "false", None) else s["label"]) for s in selectors)
    plain = words.lower().replace(">=", " from ").replace("<", " under ")
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:56].strip("_")
    name = slug if slug[:1].isalpha() else f"profile_{slug}".strip("_")
    number = 2
    while name in taken:
        name, number = f"{name.removesuffix(f'_{number - 1}')}_{number}", number + 1
    taken.add(name)
    conditions = [s["condition"] for s in selectors]
    usable = all(condition is not None for condition in conditions)
    return {
        "name": name, "label": ", ".join(s["label"] for s in selectors),
        "condition": " and ".join(conditions) if usable else None,
    }  # fmt: skip
