"""How was the list computed, and how is it computed again?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierwise.interfaces.report.listing import Listing


@dataclass(frozen=True)
class Method:
    """Facts of the run, by name."""

    answer: str
    facts: Mapping[str, str]


def read(listing: Listing) -> Method:
    """What the run was, and the command that repeats it."""
    snapshot = listing.published.snapshot
    return Method(
        f"The same model, records and day give the same list: `tierwise run --as-of {snapshot.as_of} --force`",
        {
            "Published": f"{snapshot.published_at:%Y-%m-%d %H:%M} UTC",
            "Engine": snapshot.engine,
            "Model": snapshot.model_hash,
            "Fingerprint of model, records, day and list before": snapshot.fingerprint,
            **{f"Version of {name}": version for name, version in snapshot.versions.items()},
        },
    )
