"""Compare targets on a published snapshot: the steps of alignment again, on targets that need not be in its model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tierwise.core.errors import UsageError
from tierwise.pipeline.explain.account import Reader
from tierwise.sql.predicates import check_predicate
from tierwise.sql.query import Query, query
from tierwise.stages.market import targets
from tierwise.stages.market.targets import TargetsSpec

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Alignment:
    """What the leaders call the target, how their targets overlap, and listed names that are no account."""

    targets: Rows
    alignment: Rows
    unknown: Rows


def align(reader: Reader, spec: TargetsSpec, as_of: date) -> Alignment:
    """The tables `targets`, `alignment` and `target_names_unknown` of a snapshot, for the targets of `spec`.

    Raises UsageError where a condition names what the model of then did not have.
    """
    for name, target in spec.targets.items():
        if target.where and (problems := check_predicate(target.where, targets.scope(spec.attributes))):
            raise UsageError(f"the list of {as_of} cannot answer '{name}': {problems[0].message}", "run: tierwise run")

    def rows(made: Query, *order: str) -> Rows:
        named = made.with_table("target_names_unknown", targets.target_names_unknown(spec, as_of))
        found = reader.fetch(named.with_table("target_accounts", targets.target_accounts(spec, as_of)))
        return found.sort_by([(name, "ascending") for name in order]).to_pylist() if order else found.to_pylist()

    sums = reader.fetch(
        targets.alignment_sums(spec, as_of).with_table("target_accounts", targets.target_accounts(spec, as_of))
    )
    listed = reader.fetch(query("select * from spec_targets order by position"))
    places = {row["target"]: row["position"] for row in listed.to_pylist()}
    compared = targets.alignment(spec, as_of, sums, listed).to_pylist()
    return Alignment(
        sorted(rows(targets.targets(spec, as_of)), key=lambda row: places[row["target"]]),
        sorted(
            compared,
            key=lambda row: (places[row["target"]], places.get(row["against"], len(places) + 1), row["against"]),
        ),
        rows(query("select target, value from target_names_unknown"), "target", "value"),
    )
