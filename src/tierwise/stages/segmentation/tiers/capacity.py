"""How many seats has each team? Those declared, or those that bring out most within its hours (methods h.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tierwise.stages.segmentation.tiers.spec import SEATS, CapacitySpec, TiersSpec
from tierwise.stats.allocation import Line, Seats, best_seats
from tierwise.tables.arrow import filled
from tierwise.tables.segmentation.seats import CAPACITY, HOURS

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]


def capacity(spec: TiersSpec, as_of: date, spec_teams: pa.Table, queue: pa.Table) -> pa.Table:
    """Seats of each team and tier. One row per team and tier; `queue` holds those whom capacity can reach."""
    found = {name: _seats(spec, team, _of(queue, name)) for name, team in spec.capacities.items()}
    return filled(
        CAPACITY,
        [
            {"team": name, "tier": tier, "seats": seats}
            for name, team in found.items()
            for tier, seats in zip(SEATS, (team.one, team.few), strict=True)
        ],
    )


def hours(spec: TiersSpec, as_of: date, capacity: pa.Table, queue: pa.Table) -> pa.Table:
    """Hours that the seats take, and what more would bring. One row per team and resource; none where capacity is seats."""
    seats = {(row["team"], row["tier"]): row["seats"] for row in capacity.to_pylist()}
    rows: list[dict[str, Any]] = []
    for name, team in spec.capacities.items():
        if team.by_hours:
            counts = (seats[name, "1"], seats[name, "2"])
            rows += _hours(spec, team, name, counts, _Choice.of(spec, team, _of(queue, name)))
    return filled(HOURS, rows)


def _of(queue: pa.Table, team: str) -> list[dict[str, Any]]:
    return sorted((row for row in queue.to_pylist() if row["team"] == team), key=lambda row: row["rank"])


def _seats(spec: TiersSpec, team: CapacitySpec, line: list[dict[str, Any]]) -> Seats:
    if not team.by_hours:
        return Seats(team.one_to_one or 0, team.one_to_few or 0, 0.0)
    return _Choice.of(spec, team, line).best()


@dataclass(frozen=True)
class _Choice:
    """What the seats of one team are chosen by. Doing without effort is tier 3: gains are those above it."""

    line: Line
    gains: tuple[float, float]
    efforts: Mapping[str, tuple[float, float]]
    hours: Mapping[str, float]
    most: tuple[int | None, int | None]
    least: tuple[int, int]

    @classmethod
    def of(cls, spec: TiersSpec, team: CapacitySpec, line: Iterable[Row]) -> _Choice:
        rows = list(line)
        one, few = spec.effort.one_to_one.given(), spec.effort.one_to_few.given()
        gain = spec.gain
        counted = team.hours.given() if team.hours is not None else {}
        return cls(
            Line([row["value"] or 0.0 for row in rows], [row["ready_one_to_one"] for row in rows]),
            (gain.one_to_one - gain.one_to_many, gain.one_to_few - gain.one_to_many),
            {name: (one.get(name, 0.0), few.get(name, 0.0)) for name in counted},
            counted,
            (team.one_to_one, team.one_to_few),
            (_dwelling(rows, "stays_one"), _dwelling(rows, "stays_few")),
        )

    def best(self, more: Mapping[str, float] | None = None) -> Seats:
        """The best numbers of seats, with hours more of some resource."""
        available = {name: hours + (more or {}).get(name, 0.0) for name, hours in self.hours.items()}
        everybody = len(self.line.worth)
        one, few = (everybody if seats is None else seats for seats in self.most)
        return best_seats(self.line, self.gains, self.efforts, available, (one, few), self.least)


def _dwelling(rows: list[Row], where: str) -> int:
    """Accounts that may not lose their seat yet: hours that do for them are kept for them."""
    return sum(1 for row in rows if row[where] and row["dwells"])


def _hours(
    spec: TiersSpec, team: CapacitySpec, name: str, counts: tuple[int, int], choice: _Choice
) -> Iterator[dict[str, Any]]:
    today = choice.best()
    for resource, available in choice.hours.items():
        one, few = choice.efforts[resource]
        offers = [
            (effort, round(choice.best({resource: effort}).value - today.value, 6)) for effort in (few, one) if effort
        ]
        more, brings = max(offers, key=lambda offer: (offer[1] / offer[0], -offer[0]), default=(None, None))
        yield {
            "team": name, "resource": resource, "hours": available, "used": counts[0] * one + counts[1] * few,
            "more": more, "brings": brings,
        }  # fmt: skip
