"""Which accounts of tier 2 share one problem: what is compared, the clusters, their members and what these share."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.tables.accounts import ACCOUNT_ID

COMPARED = ("problem", "technology", "trigger", "sub_vertical", "size", "region")
DESCRIBED = ("person", "question")

CLUSTER = Column("cluster", TEXT, "the cluster; it keeps its id from list to list while it is the same")
FEATURE = Column(
    "feature", TEXT, "problem, technology, trigger, sub_vertical, size, region; person: function or title of people known "
    "there; question: the first one", values=(*COMPARED, *DESCRIBED),
)  # fmt: skip

CLUSTER_FEATURES = Table(
    "cluster_features",
    "one row per account of tier 2, feature and value",
    (
        ACCOUNT_ID,
        FEATURE,
        Column("value", TEXT, "value; empty when it is not known"),
        Column("has", BOOLEAN, "the account has it; false where a technology is known not to run there"),
        Column("amount", INTEGER, "where a size band begins among these accounts", "people"),
    ),
    ("account_id", "feature", "value"),
    "What accounts of tier 2 are compared by, and what a brief says of them besides.",
)

CLUSTER_CHOICES = Table(
    "cluster_choices",
    "one row per number of clusters that was tried",
    (
        Column("clusters", INTEGER, "number of clusters"),
        Column("silhouette", NUMBER, "mean silhouette of the accounts; empty for one cluster", "-1 to 1"),
        Column("stability", NUMBER, "mean adjusted Rand index with clusters of accounts drawn anew; empty where the number "
               "could no longer win", "at most 1"),
        Column("score", NUMBER, "silhouette x stability"),
        Column("chosen", BOOLEAN, "this number was taken"),
    ),
    ("clusters",),
    "How many clusters: the number whose clusters stand apart and are found again (methods i).",
)  # fmt: skip

CLUSTER_MEMBERS = Table(
    "cluster_members",
    "one row per account of tier 2",
    (
        ACCOUNT_ID,
        Column("cluster", TEXT, "its cluster; empty where tier 2 is one list"),
        Column("silhouette", NUMBER, "how much nearer it is to its own cluster than to the next", "-1 to 1"),
        Column("stability", NUMBER, "how much of its cluster it meets again when accounts are drawn anew (Jaccard)", "share"),
        Column("distance", NUMBER, "distance to the most typical account of its cluster", "0-1"),
        Column("typical", BOOLEAN, "it is the most typical account of its cluster"),
        Column("unclustered", BOOLEAN, "nearer to another cluster, or no cluster at all: treat it 1:many"),
        Column("came_from", TEXT, "its cluster in the list in force"),
    ),
    ("account_id",),
    "Who belongs to which cluster, and how well.",
)  # fmt: skip

CLUSTER_TRAITS = Table(
    "cluster_traits",
    "one row per cluster, feature and value that some member has",
    (
        CLUSTER,
        FEATURE,
        Column("value", TEXT, "value"),
        Column("n", INTEGER, "members who have it", "accounts"),
        Column("known", INTEGER, "members of whom the feature is known", "accounts"),
        Column("share", NUMBER, "n / known", "share"),
        Column("share_of_all", NUMBER, "the same among all accounts of tier 2", "share"),
        Column("lift", NUMBER, "share over share_of_all, smoothed by four accounts; empty where there is nothing to compare"),
        Column("lift_lo", NUMBER, "lower end of its 95 % interval"),
        Column("lift_hi", NUMBER, "upper end"),
        Column("z", NUMBER, "log odds against the rest of tier 2 in standard errors (Monroe et al. 2008)"),
        Column("stated", BOOLEAN, "more frequent than in the rest of tier 2, beyond the model's bar for z"),
    ),
    ("cluster", "feature", "value"),
    "What the members of a cluster share, and how unlike the rest of tier 2 that is.",
)  # fmt: skip

CLUSTERS = Table(
    "clusters",
    "one row per cluster",
    (
        CLUSTER,
        Column("name", TEXT, "what it shares, in words: a suggestion, or the name that the model gives it"),
        Column("problem", TEXT, "most frequent problem of its members"),
        Column("size", INTEGER, "members", "accounts"),
        Column("addressed", INTEGER, "members that are not flagged as unclustered", "accounts"),
        Column("purity", NUMBER, "members with that problem over all members, those of unknown problem included", "share"),
        Column("silhouette", NUMBER, "mean silhouette of its members; empty for one cluster", "-1 to 1"),
        Column("stability", NUMBER, "mean share of itself that a member meets again when accounts are drawn anew", "share"),
        Column("usable", BOOLEAN, "one text can be written for it"),
        Column("why_not", TEXT, "why it is not usable"),
        Column("typical_account", TEXT, "its most typical account"),
        Column("kept", INTEGER, "members that were in it in the list in force", "accounts"),
        Column("joined", INTEGER, "members that were not", "accounts"),
    ),
    ("cluster",),
    "Groups of tier-2 accounts around one problem, 10 to 50 each (methods i).",
)  # fmt: skip

CLUSTERS_BEFORE = Table(
    "clusters_before",
    "one row per account that had a cluster in the list in force",
    (ACCOUNT_ID, CLUSTER),
    ("account_id",),
    "From the ledger: which cluster is which again. Lives while a run needs it; not published.",
)

CLUSTER_TABLES = (
    CLUSTERS_BEFORE, CLUSTER_FEATURES, CLUSTER_CHOICES, CLUSTER_MEMBERS, CLUSTER_TRAITS, CLUSTERS,
)  # fmt: skip
