"""What do the members of a cluster share, what is it called, and can one text be written for it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tierwise.stages.segmentation.clusters.features import held
from tierwise.stages.segmentation.clusters.spec import ClustersSpec
from tierwise.stats.clusters.quality import purity
from tierwise.stats.lift import lift
from tierwise.tables import clusters as dictionary
from tierwise.tables.arrow import filled
from tierwise.tables.clusters import COMPARED, DESCRIBED

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
TOO_MIXED = "too mixed to write for"
# What a name may say besides the problem, in order; the later ones only where two clusters would have one name.
NAMED_BY = (("sub_vertical", " in {}"), ("technology", " running {}"))
TOLD_APART_BY = (("size", ", {} employees"), ("region", ", {}"), ("trigger", ", after {}"))


def cluster_traits(spec: ClustersSpec, as_of: date, cluster_features: pa.Table, cluster_members: pa.Table) -> pa.Table:
    """What members share, against all accounts of tier 2. One row per cluster, feature and value.

    Lift is smoothed by four accounts; a trait is stated when its log odds against the rest are `least_z` standard errors
    above none (Monroe, Colaresi and Quinn 2008). Shares are of the accounts of whom the feature is known.
    """
    cluster_of = {row["account_id"]: row["cluster"] for row in cluster_members.to_pylist()}
    values: dict[str, dict[str, set[str]]] = {feature: {} for feature in (*COMPARED, *DESCRIBED)}
    written: Counter[str] = Counter()
    for row in cluster_features.to_pylist():
        if row["value"] is not None:
            written.update(held(row))
            values[row["feature"]].setdefault(row["account_id"], set()).update(v.casefold() for v in held(row))
    spelled = _spelled(written)
    rows: list[dict[str, Any]] = []
    for feature, of in values.items():
        everybody = Counter(value for mine in of.values() for value in mine)
        for cluster in sorted({cluster for cluster in cluster_of.values() if cluster is not None}):
            members = [mine for account, mine in of.items() if cluster_of.get(account) == cluster]
            counts = Counter(value for mine in members for value in mine)
            rows += [
                {"cluster": cluster, "feature": feature, "value": spelled[value]}
                | _compared(spec, n, len(members), everybody[value], len(of))
                for value, n in sorted(counts.items())
            ]
    return filled(dictionary.CLUSTER_TRAITS, rows)


def clusters(
    spec: ClustersSpec, as_of: date, cluster_features: pa.Table, cluster_members: pa.Table, cluster_traits: pa.Table
) -> pa.Table:
    """The clusters, each with its name, and whether one text can be written for it. One row per cluster."""
    problems = {r["account_id"]: r["value"] for r in cluster_features.to_pylist() if r["feature"] == "problem"}
    members: dict[str, list[Row]] = {}
    for row in cluster_members.to_pylist():
        if row["cluster"] is not None:
            members.setdefault(row["cluster"], []).append(row)
    traits: dict[str, list[Row]] = {cluster: [] for cluster in members}
    for row in cluster_traits.to_pylist():
        traits[row["cluster"]].append(row)
    rows = [_cluster(spec, name, mine, problems) for name, mine in sorted(members.items())]
    for row, name in zip(rows, _names(spec, rows, traits), strict=True):
        row["name"] = spec.names.get(row["cluster"], name)
    return filled(dictionary.CLUSTERS, rows)


def _spelled(written: Counter[str]) -> dict[str, str]:
    """How each value is written most often, whatever its capitals."""
    spelled: dict[str, str] = {}
    for value in sorted(written, key=lambda value: (written[value], value)):
        spelled[value.casefold()] = value
    return spelled


def _compared(spec: ClustersSpec, n: int, known: int, all_n: int, all_known: int) -> dict[str, Any]:
    found = lift(n, known, all_n, all_known)
    figures = {"n": n, "known": known, "share": round(n / known, 6), "share_of_all": round(all_n / all_known, 6)}
    if found is None:
        return figures | {"stated": False}
    return figures | {
        "lift": round(found.value, 6), "lift_lo": round(found.lo, 6), "lift_hi": round(found.hi, 6), "z": round(found.z, 6),
        "stated": found.value > 1 and found.z >= spec.least_z,
    }  # fmt: skip


def _cluster(
    spec: ClustersSpec, cluster: str, members: Sequence[Row], problems: Mapping[str, str | None]
) -> dict[str, Any]:
    problem, share = purity([problems.get(row["account_id"]) for row in members])
    kept = sum(row["came_from"] == cluster for row in members)
    return {
        "cluster": cluster,
        "problem": problem,
        "size": len(members),
        "addressed": sum(not row["unclustered"] for row in members),
        "purity": round(share, 6),
        "silhouette": _mean(row["silhouette"] for row in members),
        "stability": _mean(row["stability"] for row in members),
        "usable": share >= spec.least_purity,
        "why_not": _why_not(spec, problem, share),
        "typical_account": next(row["account_id"] for row in members if row["typical"]),
        "kept": kept,
        "joined": len(members) - kept,
    }


def _why_not(spec: ClustersSpec, problem: Any, share: float) -> str | None:
    if problem is None:
        return "no problem is known of its accounts: declare `problem` for their segments"
    if share < spec.least_purity:
        return f"{TOO_MIXED}: {share:.0%} have the most frequent problem, {spec.least_purity:.0%} are needed"
    return None


def _names(spec: ClustersSpec, rows: Sequence[Row], traits: Mapping[str, Sequence[Row]]) -> list[str]:
    """A name for each cluster: `<problem> in <sub-vertical> running <technology>`, longer where two would be the same."""
    alone = len(rows) == 1
    names = [_problem(row) + _said(spec, NAMED_BY, traits[row["cluster"]], alone) for row in rows]
    for part in TOLD_APART_BY:
        taken = Counter(names)
        names = [
            name + _said(spec, (part,), traits[row["cluster"]], alone) if taken[name] > 1 else name
            for row, name in zip(rows, names, strict=True)
        ]
    taken = Counter(names)
    return [f"{name} ({row['cluster']})" if taken[name] > 1 else name for row, name in zip(rows, names, strict=True)]


def _problem(row: Row) -> str:
    if row["problem"] is None:
        return "Problem unknown"
    return row["problem"][:1].upper() + row["problem"][1:] if row["usable"] else "Mixed problems"


def _said(spec: ClustersSpec, parts: Iterable[tuple[str, str]], traits: Sequence[Row], alone: bool) -> str:
    """For each part the trait that most members have and that tells the cluster apart; one alone has nobody beside it."""
    text = ""
    for feature, template in parts:
        fitting = [
            row for row in traits
            if row["feature"] == feature and row["share"] >= spec.typical_share and (row["stated"] or alone)
        ]  # fmt: skip
        if fitting:
            best = min(fitting, key=lambda row: (-(row["z"] or 0.0), -row["n"], row["value"]))
            text += template.format(best["value"].replace("_", " "))
    return text


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None
