"""The model: what one company declares, composed from the Specs of the stages and connectors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator

from tierwise.connectors.source import Words
from tierwise.connectors.sources.contract import ContractSpec
from tierwise.connectors.sources.databases import DatabaseSource
from tierwise.connectors.sources.files import FilesSource
from tierwise.core.errors import near_miss
from tierwise.core.ids import digest
from tierwise.core.spec import Spec, default
from tierwise.core.table import BOOLEAN, TEXT, Column, Table
from tierwise.model.canonical import canonical, one_spaced
from tierwise.model.settings import RatesSpec, SourcesSpec, known_currency, known_engine
from tierwise.sql.predicates import columns_of
from tierwise.stages.accounts.audit import AuditSpec
from tierwise.stages.accounts.contacts import ContactsSpec
from tierwise.stages.accounts.contradictions import ContradictionsSpec
from tierwise.stages.accounts.facts import FactsSpec, OpportunitiesSpec
from tierwise.stages.accounts.hierarchy import HierarchySpec
from tierwise.stages.accounts.identity.spec import IdentitySpec
from tierwise.stages.accounts.joining.judged import JoiningSpec
from tierwise.stages.accounts.products import ProductsSpec
from tierwise.stages.accounts.resolve import ResolveSpec
from tierwise.stages.accounts.subscriptions import SubscriptionsSpec
from tierwise.stages.accounts.titles.titles import TitlesSpec
from tierwise.stages.accounts.unify import AccountsSpec, AttributeSpec
from tierwise.stages.accounts.visitors import VisitorsSpec
from tierwise.stages.assessment.fit import POTENTIAL, SIGNALS, FitSpec
from tierwise.stages.assessment.intent import IntentSpec
from tierwise.stages.assessment.lifecycle import LifecycleSpec
from tierwise.stages.assessment.nps import NpsSpec
from tierwise.stages.assessment.readiness import ReadinessSpec, ResearchSpec
from tierwise.stages.assessment.relationship import RelationshipSpec
from tierwise.stages.assessment.signals import TRUST, SignalSpec, SignalsSpec
from tierwise.stages.market.breadth import BreadthSpec
from tierwise.stages.market.break_even import BreakEvenSpec
from tierwise.stages.market.concentration import ConcentrationSpec
from tierwise.stages.market.motion_fit import MotionFitSpec
from tierwise.stages.market.motion_values import MotionValuesSpec
from tierwise.stages.market.targets import TargetSpec, TargetsSpec
from tierwise.stages.market.waste import WasteSpec
from tierwise.stages.performance.acquisition import AcquisitionSpec
from tierwise.stages.performance.cohorts import CohortsSpec
from tierwise.stages.performance.discovery.spec import DiscoverySpec
from tierwise.stages.performance.icp import IcpSpec
from tierwise.stages.performance.lifetime_value import LifetimeValueSpec
from tierwise.stages.performance.retention import RetentionSpec
from tierwise.stages.performance.revenue import RevenueSpec
from tierwise.stages.performance.slices import SlicesSpec
from tierwise.stages.performance.survival import SurvivalSpec
from tierwise.stages.performance.verdicts import VerdictsSpec
from tierwise.stages.performance.win_rate import WinRateSpec
from tierwise.stages.segmentation.alarms import AlarmsSpec
from tierwise.stages.segmentation.clusters import ClustersSpec
from tierwise.stages.segmentation.effort.commitments import CommitmentsSpec
from tierwise.stages.segmentation.effort.movement import MovementSpec
from tierwise.stages.segmentation.effort.stage_times import StageTimesSpec
from tierwise.stages.segmentation.effort.stall import StallSpec
from tierwise.stages.segmentation.lifts import LiftsSpec
from tierwise.stages.segmentation.membership import MembershipSpec
from tierwise.stages.segmentation.overrides import OverridesSpec
from tierwise.stages.segmentation.parking import ParkingSpec
from tierwise.stages.segmentation.refresh import RefreshSpec
from tierwise.stages.segmentation.segments import SegmentSpec, SegmentsSpec
from tierwise.stages.segmentation.stability import StabilitySpec
from tierwise.stages.segmentation.tiers import TiersSpec
from tierwise.tables.dictionary import dictionary

# Fields of a Spec for which the file has a section of its own.
ELSEWHERE = {"accounts.attributes": "attributes"}

# Sections that their steps are given as the file declares them.
AS_DECLARED = (
    "identity", "titles", "joining", "opportunities", "subscriptions", "visitors", "retention", "lifetime_value",
    "survival", "win_rate", "acquisition", "verdicts", "intent", "relationship", "readiness", "lifecycle", "nps",
    "commitments",
    "stage_times", "alarms", "stability", "motion_values", "motion_fit", "break_even", "waste",
)  # fmt: skip

TRAITS = ("industry", "sub_industry", "employee_band", "country", "region")
DIMENSIONS: tuple[str, ...] = SlicesSpec().dimensions

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Share = Annotated[float, Field(ge=0, le=1)]
AnySource = Annotated[FilesSource | DatabaseSource, Field(discriminator="kind")]


class Model(Spec):
    """One company's segmentation. Each field is a section of the model file."""

    company: str = Field(description="The company whose segmentation this is.", min_length=1)
    currency: str = Field(description="ISO 4217 code of the currency in which money is compared.")
    engine: str = default("duckdb", "Where it runs: duckdb, spark, or the address of a Spark.", source="convention")
    sources: dict[Name, AnySource] = Field(description="Where the records come from, best source first.", min_length=1)
    contract: ContractSpec = default(
        ContractSpec, "How far the records may change from list to list.", source="reliability"
    )
    map: dict[str, dict[str, str]] = default(
        dict,
        "Table -> column -> heading, for every source; a source's own map goes first.",
        source="convention",
    )
    values: dict[str, Words] = default(
        dict,
        "Table -> column -> value as written -> what it means, for every source; a source's own go first.",
        source="convention",
    )
    rates: dict[str, float] = default(
        dict, "Currency -> units of the model's currency for one unit.", source="methods 0.3"
    )
    attributes: dict[Name, AttributeSpec] = default(dict, "Your own columns of accounts.", source="convention")
    identity: IdentitySpec = default(
        IdentitySpec, "When companies that no key connects are one.", source="methods identity"
    )
    accounts: AccountsSpec = default(AccountsSpec, "Which record wins, and size bands.", source="methods d.1")
    joining: JoiningSpec = default(JoiningSpec, "How far matching joins records without a person.", source="judgement")
    hierarchy: HierarchySpec = default(HierarchySpec, "What counts at which account of a group.", source="methods 0.1")
    titles: TitlesSpec = default(TitlesSpec, "How job titles are read.", source="methods j.1")
    opportunities: OpportunitiesSpec = default(
        OpportunitiesSpec, "How the CRM writes the end of a deal.", source="methods c"
    )
    subscriptions: SubscriptionsSpec = default(
        SubscriptionsSpec, "Which subscriptions pay, and which have ended.", source="methods a.2"
    )
    visitors: VisitorsSpec = default(
        VisitorsSpec, "How sure it is whose an event without a known person is.", source="judgement"
    )
    contradictions: ContradictionsSpec = default(
        ContradictionsSpec, "When two records contradict each other.", source="judgement"
    )
    audit: AuditSpec = default(AuditSpec, "How good the records must be, and what counts as good.", source="methods m")
    segments: dict[Name, SegmentSpec] = default(
        dict, "Groups of accounts; the first that matches speaks for an account.", source="convention"
    )
    dimensions: tuple[str, ...] = default(
        DIMENSIONS, "Columns of accounts; performance is shown for each value.", source="methods a.1"
    )
    revenue: RevenueSpec = default(RevenueSpec, "What revenue is read from.", source="methods a.2")
    retention: RetentionSpec = default(RetentionSpec, "How retention is measured.", source="methods a")
    cohorts: CohortsSpec = default(
        CohortsSpec, "Who began together, and how long they are followed.", source="methods a.1"
    )
    lifetime_value: LifetimeValueSpec = default(
        LifetimeValueSpec, "How lifetime value is counted.", source="methods b.1"
    )
    survival: SurvivalSpec = default(SurvivalSpec, "How far survival curves are drawn.", source="methods b.1")
    win_rate: WinRateSpec = default(WinRateSpec, "How the win rate is measured.", source="methods c")
    acquisition: AcquisitionSpec = default(AcquisitionSpec, "What winning a customer costs.", source="methods b.4")
    verdicts: VerdictsSpec = default(VerdictsSpec, "When a profile is worth winning.", source="methods b.5")
    icp: IcpSpec = default(IcpSpec, "What is worth a sentence about good customers.", source="methods i")
    discovery: DiscoverySpec = default(DiscoverySpec, "How profiles are searched for.", source="methods d")
    intent: IntentSpec = default(IntentSpec, "How signals add up.", source="methods f")
    relationship: RelationshipSpec = default(RelationshipSpec, "What counts as an engaged contact.", source="methods j")
    fit: FitSpec = default(FitSpec, "The scorecard: 5 to 8 criteria.", source="methods e")
    readiness: ReadinessSpec = default(ReadinessSpec, "How evidence becomes readiness.", source="methods g")
    research: ResearchSpec = default(ResearchSpec, "What asking costs, and who is asked next.", source="methods g.6")
    lifecycle: LifecycleSpec = default(LifecycleSpec, "How long stages last.", source="methods k")
    nps: NpsSpec = default(NpsSpec, "How long an answer to the net promoter question counts.", source="judgement")
    tiers: TiersSpec = default(TiersSpec, "Capacity, and who may be seated.", source="judgement")
    movement: MovementSpec = default(MovementSpec, "What counts as a move of the buyer.", source="methods h.5")
    stage_times: StageTimesSpec = default(StageTimesSpec, "When a deal is slow in its stage.", source="methods h.5")
    stall: StallSpec = default(StallSpec, "When effort meets no movement.", source="methods h.5")
    commitments: CommitmentsSpec = default(
        CommitmentsSpec, "How long resources are promised to an account.", source="methods h.4"
    )
    clusters: ClustersSpec = default(ClustersSpec, "Which accounts of tier 2 share one problem.", source="methods i")
    parking: ParkingSpec = default(ParkingSpec, "When parked accounts wake.", source="methods k")
    alarms: AlarmsSpec = default(AlarmsSpec, "When the scorecard deserves a second look.", source="methods e.2")
    stability: StabilitySpec = default(
        StabilitySpec, "How far weights and figures may stray before a seat is fragile.", source="methods e.6"
    )
    concentration: ConcentrationSpec = default(ConcentrationSpec, "What an account could bring.", source="methods n")
    motion_values: MotionValuesSpec = default(
        MotionValuesSpec, "What is read as contract value and as committee.", source="methods n"
    )
    motion_fit: MotionFitSpec = default(MotionFitSpec, "Whether ABM is the right motion.", source="methods n")
    break_even: BreakEvenSpec = default(BreakEvenSpec, "What treating an account costs.", source="methods b.6")
    waste: WasteSpec = default(WasteSpec, "How far back effort is looked at.", source="convention")
    breadth: BreadthSpec = default(BreadthSpec, "When a segment is too broad to write for.", source="judgement")
    targets: dict[Name, TargetSpec] = default(dict, "What each leader calls the target.", source="convention")
    parties: dict[str, Share] = default(lambda: dict(TRUST), "Trust in signals by where they come from.", unit="share")
    signals: dict[Name, SignalSpec] = default(
        dict, "Kinds of signals; the first that matches an event names it.", source="convention"
    )

    _known_currency = field_validator("currency")(known_currency)
    _known_engine = field_validator("engine")(known_engine)

    @field_validator("rates")
    @classmethod
    def _known_rates(cls, rates: dict[str, float]) -> dict[str, float]:
        return RatesSpec(rates=rates).rates

    @field_validator("parties")
    @classmethod
    def _every_party(cls, parties: dict[str, float]) -> dict[str, float]:
        for party in parties:
            if party not in TRUST:
                known = ", ".join(TRUST)
                raise ValueError(f"'{party}' is not a party", near_miss(party, TRUST) or f"one of: {known}")
        return {**TRUST, **parties}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The model's own attributes as columns of accounts."""
        return self._accounts.columns()

    @cached_property
    def dictionary(self) -> dict[str, Table]:
        """The data dictionary with the model's own attributes."""
        return dictionary(self.columns)

    @cached_property
    def specs(self) -> Mapping[str, Spec]:
        """What the steps are given, by section: the list of all sections of the flow."""
        return {
            **{name: getattr(self, name) for name in AS_DECLARED},
            "sources": SourcesSpec(sources=self.sources),
            "rates": RatesSpec(rates=self.rates),
            "resolve": ResolveSpec(),
            "hierarchy": self.hierarchy,
            "accounts": self._accounts,
            "contacts": ContactsSpec(large_from=self.titles.large_from),
            "facts": FactsSpec(),
            "products": ProductsSpec(),
            "contradictions": self._contradictions,
            "audit": self._audit,
            "segments": SegmentsSpec(segments=self.segments, attributes=self.columns),
            "slices": SlicesSpec(dimensions=self.dimensions),
            "revenue": self.revenue.model_copy(update={"currency": self.currency}),
            "cohorts": self.cohorts.model_copy(update={"window_months": self.retention.window_months}),
            "icp": self._icp,
            "discovery": self._discovery,
            "signals": SignalsSpec(signals=self.signals, parties=self.parties),
            "fit": self.fit.model_copy(update={"attributes": self.columns}),
            "research": self.research.model_copy(update={"readiness": self.readiness}),
            "tiers": self._tiers,
            "movement": self.movement.model_copy(
                update={"prior": self.readiness.prior, "inbound": self.relationship.inbound}
            ),
            "stall": self.stall.model_copy(update={"inbound": self.relationship.inbound}),
            "overrides": OverridesSpec(),
            "lifts": LiftsSpec(),
            "refresh": RefreshSpec(criteria=self._read_by_criteria, segmenting=tuple(self._read_by_segments)),
            "clusters": self.clusters.model_copy(update={"attributes": self.columns}),
            "membership": MembershipSpec(),
            "parking": self.parking,
            "concentration": self.concentration.model_copy(update={"read_from": self._potential}),
            "breadth": self.breadth.model_copy(update={"attributes": self.columns}),
            "targets": TargetsSpec(
                targets=self.targets, touched_months=self.waste.window_months, attributes=self.columns
            ),
        }

    @cached_property
    def _discovery(self) -> DiscoverySpec:
        own = {
            "columns": self.columns,
            "signals": tuple(self.signals),
            "employee_bands": self.accounts.employee_bands,
            "for_prospects": self.tiers.scope != "customers",
        }
        return self.discovery.model_copy(update=own)

    @cached_property
    def _contradictions(self) -> ContradictionsSpec:
        own = {"attributes": self.columns, "survivorship": self.accounts.survivorship}
        return self.contradictions.model_copy(update=own)

    @cached_property
    def _audit(self) -> AuditSpec:
        own = {
            "attributes": self.columns,
            "employee_bands": self.accounts.employee_bands,
            "importance": self.importance,
        }
        return self.audit.model_copy(update=own)

    @cached_property
    def _tiers(self) -> TiersSpec:
        own = {
            "gate_mode": self.readiness.gate_mode,
            "readiness_prior": self.readiness.prior,
            "fit_holds_intent": self.fit_holds_intent,
        }
        return self.tiers.model_copy(update=own)

    @cached_property
    def _accounts(self) -> AccountsSpec:
        own = {"attributes": self.attributes, "retention_months": self.retention.period_months}
        return self.accounts.model_copy(update=own)

    @property
    def _potential(self) -> str:
        """The number column of accounts that says what one could bring: declared, or the one that fit rests on."""
        scale = self.fit.criteria[POTENTIAL].scale if POTENTIAL in self.fit.criteria else None
        of_fit = (
            scale.column if scale is not None and scale.column in self.dictionary["accounts"].types else "employees"
        )
        return self.concentration.potential or of_fit

    @property
    def fit_holds_intent(self) -> bool:
        """Whether some criterion looks at intent; it is then not used again for ranking (rulings: fit)."""
        intent = set(self.dictionary["intent"].names) - {"account_id"}
        return any(
            name == SIGNALS
            or any(columns_of(condition) & intent for condition in criterion.score.values())
            or (criterion.scale is not None and criterion.scale.column in intent)
            for name, criterion in self.fit.criteria.items()
        )

    @property
    def _read_by_segments(self) -> set[str]:
        return _with_employees(set().union(*(columns_of(segment.where) for segment in self.segments.values())))

    @property
    def _read_by_criteria(self) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(sorted(_with_employees(
                set().union(*(columns_of(text) for text in c.score.values())) | ({c.scale.column} if c.scale else set())
            )))
            for name, c in self.fit.criteria.items()
        }  # fmt: skip

    @property
    def importance(self) -> dict[str, float]:
        """How much of the list rests on a column of accounts, 0 to 1.

        1 where a segment names it, for that decides who is in the list at all, and for the domain, by which records meet; else
        the weight of the criteria that name it.
        """
        found = dict.fromkeys(sorted(self._read_by_segments | {"domain"}), 1.0)
        for criterion, read in self._read_by_criteria.items():
            for name in read:
                found[name] = min(found.get(name, 0.0) + self.fit.criteria[criterion].weight, 1.0)
        if self.tiers.per is not None:
            found[self.tiers.per] = 1.0
        return found

    @property
    def _icp(self) -> IcpSpec:
        """Traits are words and answers, no names and no free numbers; segments are defined by what their conditions name."""
        own = tuple(column.name for column in self.columns if column.type in (TEXT, BOOLEAN))
        given = {
            "traits": tuple(dict.fromkeys((*TRAITS, *self.dimensions, *own))),
            "defining": {name: _defining(segment.where) for name, segment in self.segments.items()},
            "inbound": self.relationship.inbound,
        }
        return self.icp.model_copy(update=given)

    def with_targets(self, targets: Mapping[str, TargetSpec]) -> Model:
        """The same model with other targets; what was derived from the old ones is not carried over."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Model.model_construct(**{**fields, "targets": dict(targets)})

    def with_weights(self, weights: Mapping[str, float]) -> Model:
        """The same model with other weights of its criteria. Raises ValueError where the guards refuse them."""
        criteria = {name: c.model_copy(update={"weight": weights[name]}) for name, c in self.fit.criteria.items()}
        fit = FitSpec(criteria=criteria, least_coverage=self.fit.least_coverage)
        return Model.model_construct(**{**{name: getattr(self, name) for name in type(self).model_fields}, "fit": fit})

    def spec_tables(self) -> dict[str, list[dict[str, Any]]]:
        """The lists of all sections as rows of the `spec_*` tables."""
        tables: dict[str, list[dict[str, Any]]] = {}
        for spec in self.specs.values():
            for name, rows in spec.tables().items():
                tables.setdefault(name, []).extend(rows)
        return tables

    def hash(self) -> str:
        """One hash for one meaning: comments, order of keys and defaults spelled out do not change it.

        The order of sources, segments and signals does, because it decides. Where it runs does not.
        """
        return digest(canonical(self))

    def segment_hash(self, name: str) -> str:
        """The hash of one segment's definition, which what was sent where carries (invariant 10)."""
        return digest({"where": one_spaced(self.segments[name].where)}, 12)


def _defining(condition: str) -> tuple[str, ...]:
    """The columns of accounts that a condition names; who names employees names their band, too."""
    named = columns_of(condition)
    return tuple(sorted(named | ({"employee_band"} if "employees" in named else set())))


def _with_employees(columns: set[str]) -> set[str]:
    """Columns of accounts with the one that the size band is made of."""
    return columns | ({"employees"} if "employee_band" in columns else set())
