"""What a company declares about its tiers: capacity, who may be seated, and how firmly a seat is held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from tierwise.core.spec import Spec, default
from tierwise.core.vocabulary import RESOURCES

SEATS = {"1": "one_to_one", "2": "one_to_few"}  # the tiers that have seats
EVERYBODY = ""  # the team of a company that names none


class HoursSpec(Spec):
    """Hours of each resource: of a quarter where they are capacity, per account and quarter where they are effort."""

    people: float | None = default(None, "marketers and sellers", unit="hours", ge=0)
    research: float | None = default(None, "interviews and desk research", unit="hours", ge=0)
    content: float | None = default(None, "writing and design", unit="hours", ge=0)
    executives: float | None = default(None, "leaders who meet leaders", unit="hours", ge=0)

    def given(self) -> dict[str, float]:
        """The resources that are declared."""
        return {name: hours for name in RESOURCES if (hours := getattr(self, name)) is not None}


class EffortSpec(Spec):
    """What an account of a tier takes, per quarter."""

    one_to_one: HoursSpec = default(
        lambda: HoursSpec(people=40, research=6, content=12, executives=2), "an account of tier 1", source="judgement"
    )
    one_to_few: HoursSpec = default(
        lambda: HoursSpec(people=4, research=1, content=1, executives=0), "an account of tier 2", source="judgement"
    )


class GainSpec(Spec):
    """How much of an account's value the effort of a tier brings out. Only the proportions decide."""

    one_to_one: float = default(1.0, "in tier 1", source="judgement", unit="share", ge=0)
    one_to_few: float = default(0.4, "in tier 2", source="judgement", unit="share", ge=0)
    one_to_many: float = default(0.1, "in tier 3", source="judgement", unit="share", ge=0)

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if not self.one_to_one >= self.one_to_few >= self.one_to_many:
            raise ValueError("a tier with more effort brings out no less than the tier below it")
        return self


class CapacitySpec(Spec):
    """Seats, or hours from which seats follow. Of the company, or of one team."""

    one_to_one: int | None = default(None, "seats of tier 1; with hours: at most so many", unit="accounts", ge=0)
    one_to_few: int | None = default(None, "seats of tier 2; with hours: at most so many", unit="accounts", ge=0)
    hours: HoursSpec | None = default(None, "hours of a quarter; seats are then what brings out most within them")

    @property
    def by_hours(self) -> bool:
        return self.hours is not None and bool(self.hours.given())

    def most(self, tier: str, effort: EffortSpec) -> int:
        """The most seats that a tier could have: those declared, or what the hours would do if spent on it alone."""
        seats: int | None = getattr(self, SEATS[tier])
        if not self.by_hours or self.hours is None:
            return seats or 0
        needed: Mapping[str, float] = getattr(effort, SEATS[tier]).given()
        limits = [int(hours / needed[name] + 1e-9) for name, hours in self.hours.given().items() if needed.get(name)]
        return min([*limits, *([seats] if seats is not None else [])])


class TiersSpec(Spec):
    """Capacity, who may be seated, and how firmly."""

    one_to_one: int = default(
        12, "seats of tier 1; 5 to 20 is usual, 40 is too many", source="judgement", unit="accounts", ge=0
    )
    one_to_few: int = default(60, "seats of tier 2; 20 to 100 is usual", source="judgement", unit="accounts", ge=0)
    per: str | None = default(
        None, "column of accounts that names the team whose capacity an account takes: owner, region, or your own",
        source="convention",
    )  # fmt: skip
    teams: dict[str, CapacitySpec] = default(
        dict, "capacity by team, as `per` writes it; an account of another team has no seat", source="convention"
    )
    hours: HoursSpec | None = default(
        None, "hours of a quarter, instead of seats: seats are then what brings out most within them",
        source="methods h.1",
    )  # fmt: skip
    effort: EffortSpec = default(
        EffortSpec, "what an account of a tier takes, where capacity is in hours", source="judgement"
    )
    gain: GainSpec = default(GainSpec, "what the effort of a tier brings out; prices seats", source="judgement")
    scope: Literal["prospects", "customers", "both"] = default("prospects", "whose list it is", source="judgement")
    unvalidated: Literal["auto", "allow", "refuse"] = default(
        "auto",
        "may profiles be seated for or against which too few revenue records speak, or none; they are marked. "
        "auto: only where the company has none at all",
        source="judgement",
    )
    quiet: float = default(
        0.2, "what an account that shows no attention counts beside one that shows all of it; 1: attention is left aside",
        source="judgement (docs/decisions/0022)", unit="share", gt=0, le=1,
    )  # fmt: skip
    exit_at: float = default(
        1.5, "a seat is kept down to the place of so many times the seats", source="methods h.3", unit="times", ge=1
    )
    confirmations: int = default(
        2, "reviews in a row at which an account must be beyond that place to lose its seat", source="methods h.3", ge=1
    )
    dwell_days: int = default(90, "least time in a seat", source="methods h.3", unit="days", ge=0)
    cooldown_days: int = default(
        60,
        "an account that lost its seat waits so long for another of that tier",
        source="methods h.3",
        unit="days",
        ge=0,
    )
    review_days: int = default(
        28, "least time between two reviews; a run in between fills empty seats and takes none", source="methods h.3",
        unit="days", ge=0,
    )  # fmt: skip
    rest_after_loss_days: int = default(90, "an account is parked this long after a lost deal", source="judgement (methods k)",
                                        unit="days", ge=0)  # fmt: skip
    rest_by_reason: dict[str, int] = default(
        dict, "the same by the reason of the loss as your CRM words it, such as 'no decision': 60, 'chose a competitor': 180",
        source="methods k", unit="days",
    )  # fmt: skip
    rest_after_churn_days: int = default(90, "an account is parked this long after its revenue ended",
                                         source="judgement (methods k)", unit="days", ge=0)  # fmt: skip
    # Set by the model from its readiness section: the gate belongs there, its effect here.
    gate_mode: Literal["auto", "required", "advisory"] = Field(default="auto", exclude=True)
    readiness_prior: float = Field(default=0.35, exclude=True)
    fit_holds_intent: bool = Field(default=False, exclude=True)

    @model_validator(mode="after")
    def _one_capacity(self) -> Self:
        if self.teams and self.per is None:
            raise ValueError("`teams` needs `per`, the column of accounts that names them")
        if self.per is not None and not self.teams:
            raise ValueError("`per` needs `teams` with the capacity of each")
        above = sorted({"one_to_one", "one_to_few", "hours"} & self.model_fields_set)
        if self.teams and above:
            raise ValueError(f"capacity is declared by team: delete `{above[0]}` above them")
        for name, team in (*self.teams.items(), (EVERYBODY, self._everybody)):
            self._check(name, team)
        return self

    @property
    def capacities(self) -> dict[str, CapacitySpec]:
        """Capacity by team; one nameless team where the company names none."""
        return dict(self.teams) or {EVERYBODY: self._everybody}

    @property
    def _everybody(self) -> CapacitySpec:
        """Seats by default are no limit beside hours."""
        known = {n: getattr(self, n) for n in SEATS.values() if self.hours is None or n in self.model_fields_set}
        return CapacitySpec(**known, hours=self.hours)

    def _check(self, name: str, team: CapacitySpec) -> None:
        whose = f"the team {name}" if name else "the company"
        if team.hours is None:
            return
        counted = team.hours.given()
        if not counted:
            raise ValueError(f"`hours` of {whose} name no resource: one of {', '.join(RESOURCES)}")
        for seats in SEATS.values():
            effort = getattr(self.effort, seats).given()
            if getattr(team, seats) is None and not any(effort.get(resource) for resource in counted):
                raise ValueError(
                    f"{seats} takes none of the hours that {whose} counts: declare its effort, or its seats"
                )

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "spec_teams": [
                {"team": name, "most_one": team.most("1", self.effort), "most_few": team.most("2", self.effort)}
                for name, team in self.capacities.items()
            ],
            "spec_rests": [{"reason": r.strip().lower(), "days": days} for r, days in self.rest_by_reason.items()],
        }
