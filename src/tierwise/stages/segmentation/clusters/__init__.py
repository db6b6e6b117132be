"""Which accounts of tier 2 share one problem, so that one text can be written for them?

`features` are what accounts are compared by; `groups` makes the clusters; `traits` says what each shares. Method:
docs/methods/clusters.md.
"""

from tierwise.stages.segmentation.clusters.features import cluster_features, clusters_before
from tierwise.stages.segmentation.clusters.groups import cluster_choices, cluster_members
from tierwise.stages.segmentation.clusters.spec import ClustersSpec
from tierwise.stages.segmentation.clusters.traits import cluster_traits, clusters

__all__ = [
    "ClustersSpec",
    "cluster_choices",
    "cluster_features",
    "cluster_members",
    "cluster_traits",
    "clusters",
    "clusters_before",
]
