"""What makes accounts alike, how large a cluster may be, and when one can be written for?"""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from tierwise.core.errors import near_miss
from tierwise.core.spec import Spec, default
from tierwise.core.table import BOOLEAN, Column
from tierwise.tables.clusters import COMPARED

WEIGHTS = {"problem": 3.0, "technology": 1.0, "trigger": 1.0, "sub_vertical": 1.0, "size": 1.0, "region": 0.5}


class ClustersSpec(Spec):
    """What accounts of tier 2 are compared by, and the bounds of a cluster."""

    smallest: int = default(10, "accounts that a cluster has at least", source="methods i", unit="accounts", ge=2)
    largest: int = default(50, "accounts that a cluster has at most", source="methods i", unit="accounts", ge=2)
    problem: str | None = default(
        None, "column of accounts that says which problem or use case an account has; null: the problem of its segment",
        source="convention",
    )  # fmt: skip
    technology: tuple[str, ...] | None = default(
        None, "columns of accounts that say what runs there: yes or no, or words, several parted by `;`; null: your own "
        "yes/no attributes", source="convention",
    )  # fmt: skip
    sub_vertical: str | None = default(
        None, "column of accounts with the sub-vertical; null: sub_industry, or industry where tier 2 has none",
        source="convention",
    )  # fmt: skip
    region: str | None = default(
        None, "column of accounts with the region; null: region, or country where tier 2 has none", source="convention"
    )
    trigger_days: int = default(90, "a signal counts as a trigger for this long", unit="days", ge=1, le=1095)
    weights: dict[str, float] = default(
        lambda: dict(WEIGHTS), "weight of each feature in the distance between accounts; 0 leaves one out",
        source="methods i",
    )  # fmt: skip
    least_purity: float = default(
        0.6, "share of a cluster with its most frequent problem below which it is too mixed to write for",
        source="judgement (methods i)", unit="share", gt=0, le=1,
    )  # fmt: skip
    least_z: float = default(
        2.0,
        "log odds in standard errors from which a trait is stated",
        source="methods i",
        unit="standard errors",
        gt=0,
    )
    typical_share: float = default(
        0.5, "share of a cluster that must have a trait for its name to say it", unit="share", gt=0, le=1
    )
    same_from: float = default(
        0.34, "overlap (Jaccard) with a cluster in force from which a cluster is the same and keeps its id", unit="share",
        gt=0, le=1,
    )  # fmt: skip
    starts: int = default(8, "starts of the search, of which the best counts", source="methods i", ge=1, le=100)
    resamples: int = default(20, "times that accounts are drawn anew to see what is found again", ge=2, le=200)
    most_tried: int = default(12, "numbers of clusters that are tried, evenly spread", ge=1, le=100)
    names: dict[str, str] = default(dict, "your own name for a cluster, by its id", source="convention")
    attributes: tuple[Column, ...] = Field(default=(), exclude=True)

    @field_validator("weights")
    @classmethod
    def _known_features(cls, weights: dict[str, float]) -> dict[str, float]:
        for name, weight in weights.items():
            if name not in COMPARED:
                hint = near_miss(name, COMPARED) or f"known: {', '.join(COMPARED)}"
                raise ValueError(f"accounts are not compared by '{name}'", hint)
            if weight < 0:
                raise ValueError(f"the weight of {name} is below 0", "0 leaves a feature out")
        every = {**WEIGHTS, **weights}
        if not any(every.values()):
            raise ValueError("every weight is 0", "one feature at least must count")
        return every

    @model_validator(mode="after")
    def _bounds_in_order(self) -> ClustersSpec:
        if self.largest < self.smallest:
            raise ValueError(f"the largest cluster ({self.largest}) is smaller than the smallest ({self.smallest})")
        return self

    def technologies(self) -> tuple[str, ...]:
        """Columns of accounts that say what runs there."""
        own = tuple(column.name for column in self.attributes if column.type == BOOLEAN)
        return own if self.technology is None else self.technology
