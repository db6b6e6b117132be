"""Which accounts of tier 2 belong together, in how many clusters, and which of them were there before?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any

from tierwise.core.ids import digest
from tierwise.stages.segmentation.clusters.features import compared
from tierwise.stages.segmentation.clusters.spec import ClustersSpec
from tierwise.stats.clusters.choice import Effort, best_partition, choices, kept_company
from tierwise.stats.clusters.distance import Array
from tierwise.stats.clusters.medoids import Bounds, Partition
from tierwise.stats.clusters.quality import same_again, silhouettes
from tierwise.tables import clusters as dictionary
from tierwise.tables.arrow import filled

if TYPE_CHECKING:
    import pyarrow as pa

ID_LENGTH = 6


def cluster_choices(spec: ClustersSpec, as_of: date, cluster_features: pa.Table) -> pa.Table:
    """How many clusters tier 2 has. One row per number that was tried; none where tier 2 is one list."""
    accounts, distances = compared(spec, cluster_features)
    found = choices(distances, _bounds(spec), _effort(spec)) if accounts else []
    rows = [
        {
            "clusters": c.groups,
            "silhouette": c.silhouette,
            "stability": c.stability,
            "score": c.score,
            "chosen": c.chosen,
        }
        for c in found
    ]
    return filled(dictionary.CLUSTER_CHOICES, rows)


def cluster_members(
    spec: ClustersSpec, as_of: date, cluster_features: pa.Table, cluster_choices: pa.Table, clusters_before: pa.Table
) -> pa.Table:
    """Who belongs to which cluster. One row per account of tier 2; without a cluster where tier 2 is one list.

    A cluster that is the same as one in force keeps its id (Kuhn's assignment by Jaccard); a new one is called by its
    members, so that an id is never used twice.
    """
    accounts, distances = compared(spec, cluster_features)
    before = {row["account_id"]: row["cluster"] for row in clusters_before.to_pylist()}
    chosen = [row["clusters"] for row in cluster_choices.to_pylist() if row["chosen"]]
    if not chosen:
        rows = [{"account_id": a, "typical": False, "unclustered": True, "came_from": before.get(a)} for a in accounts]
        return filled(dictionary.CLUSTER_MEMBERS, rows)
    found = best_partition(distances, chosen[0], _bounds(spec), _effort(spec))
    kept = kept_company(distances, chosen[0], _bounds(spec), _effort(spec))
    ids = _ids(spec, accounts, found, before)
    return filled(dictionary.CLUSTER_MEMBERS, list(_members(accounts, distances, found, kept, ids, before)))


def _members(
    accounts: Sequence[str],
    distances: Array,
    found: Partition,
    kept: Array,
    ids: Sequence[str],
    before: Mapping[str, str],
) -> list[dict[str, Any]]:
    nearness = silhouettes(distances, found.labels)
    return [
        {
            "account_id": account,
            "cluster": ids[group],
            "silhouette": _known(nearness[place]),
            "stability": _known(kept[place]),
            "distance": float(distances[place, found.medoids[group]]),
            "typical": bool(found.medoids[group] == place),
            "unclustered": bool(nearness[place] < 0),
            "came_from": before.get(account),
        }
        for place, (account, group) in enumerate(zip(accounts, found.labels.tolist(), strict=True))
    ]


def _ids(spec: ClustersSpec, accounts: Sequence[str], found: Partition, before: Mapping[str, str]) -> list[str]:
    now: list[frozenset[str]] = [
        frozenset(a for a, group in zip(accounts, found.labels.tolist(), strict=True) if group == wanted)
        for wanted in range(len(found.medoids))
    ]
    names = sorted(set(before.values()))
    then = [frozenset(account for account, cluster in before.items() if cluster == name) for name in names]
    same = same_again(now, then, spec.same_from)
    return [names[same[i]] if i in same else digest(sorted(members), ID_LENGTH) for i, members in enumerate(now)]


def _known(value: float) -> float | None:
    return None if isnan(value) else round(float(value), 6)


def _bounds(spec: ClustersSpec) -> Bounds:
    return Bounds(spec.smallest, spec.largest)


def _effort(spec: ClustersSpec) -> Effort:
    return Effort(spec.starts, spec.resamples, spec.most_tried)
