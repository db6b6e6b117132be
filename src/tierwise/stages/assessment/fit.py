"""How well does each account match what has been worth winning? A scorecard of 5 to 8 criteria, every point explained.

Formula: methods e.1 (weighted mean over the known criteria, bounds for the unknown ones) and e.2 (guards on weights).
Attractiveness only: readiness is never a criterion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from tierwise.core.spec import Spec, default
from tierwise.core.table import NUMBER, Column
from tierwise.sql.predicates import Scope, any_unknown, predicate
from tierwise.sql.query import Query, aliased, case_of, column, expression, null_of, query, sum_of
from tierwise.tables.assessment import CRITERIA
from tierwise.tables.dictionary import dictionary

FIRMOGRAPHIC = "firmographic"
STRATEGIC = "strategic_fit"
POTENTIAL = "revenue_potential"
SIGNALS = "buying_signals"
BRAND = "brand"
NEVER = ("readiness", "readiness_prior", "can_act")


class ScaleSpec(Spec):
    """A score that grows with a column, straight between the anchors: {column: employees, anchors: {10: 0, 1000: 5}}."""

    column: str = Field(description="a number column")
    anchors: dict[float, float] = Field(description="value of the column -> score 0-5", min_length=2)

    @field_validator("anchors")
    @classmethod
    def _scores(cls, anchors: dict[float, float]) -> dict[float, float]:
        if any(not 0 <= score <= 5 for score in anchors.values()):
            raise ValueError("scores lie between 0 and 5")
        return dict(sorted(anchors.items()))


class CriterionSpec(Spec):
    """One line of the scorecard."""

    weight: float = Field(description="share of the whole; the weights sum to 1", ge=0, le=1)
    score: dict[float, str] = default(dict, "score -> condition; the highest that is true counts", source="convention")
    scale: ScaleSpec | None = default(
        None, "instead of conditions: a score that grows with a column", source="convention"
    )
    otherwise: float | None = default(
        0.0, "score when no condition is true; null: not known", source="convention", ge=0, le=5
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.score) == (self.scale is not None):
            raise ValueError("a criterion has either `score` or `scale`")
        if any(not 0 <= score <= 5 for score in self.score):
            raise ValueError("scores lie between 0 and 5")
        return self

    def levels(self) -> list[tuple[float, str]]:
        """The scores that the criterion can give, highest first, each with its condition; a scale's are its anchors."""
        if self.scale is None:
            return [(float(score), text) for score, text in sorted(self.score.items(), reverse=True)]
        anchors = list(self.scale.anchors.items())
        sign = ">=" if anchors[-1][1] >= anchors[0][1] else "<="
        best = {score: value for value, score in (anchors if sign == "<=" else reversed(anchors))}
        return [
            (float(score), f"{self.scale.column} {sign} {value:g}")
            for score, value in sorted(best.items(), reverse=True)
        ]


def _template() -> dict[str, CriterionSpec]:
    return {
        STRATEGIC: CriterionSpec(weight=0.35, score={5: "segment is not null"}),
        POTENTIAL: CriterionSpec(
            weight=0.25, scale=ScaleSpec(column="employees", anchors={10: 0, 200: 2, 1000: 4, 5000: 5})
        ),
        "relationship_depth": CriterionSpec(
            weight=0.20,
            score={
                5: "engaged_contacts >= 3",
                4: "engaged_contacts = 2",
                3: "engaged_contacts = 1",
                1: "known_contacts >= 1",
            },
        ),
        FIRMOGRAPHIC: CriterionSpec(
            weight=0.12,
            score={5: "employees >= 200 and industry is not null", 3: "employees >= 50", 1: "employees < 50"},
        ),
        BRAND: CriterionSpec(weight=0.08, scale=ScaleSpec(column="employees", anchors={100: 0, 10000: 5})),
    }


class FitSpec(Spec):
    """The scorecard."""

    criteria: dict[str, CriterionSpec] = default(_template, "5 to 8 criteria by name", source="judgement (methods e.1)")
    least_coverage: float = default(
        0.60, "weight that must be known, else the account is not scorable", unit="share", ge=0, le=1
    )
    attributes: tuple[Column, ...] = Field(default=(), exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _criteria_directly(cls, data: Any) -> Any:
        """`fit:` may hold the criteria themselves, beside its two parameters."""
        if not isinstance(data, Mapping) or "criteria" in data:
            return data
        own = {key: data[key] for key in ("least_coverage", "attributes") if key in data}
        rest = {key: value for key, value in data.items() if key not in own}
        return {**own, "criteria": rest} if rest else own

    @model_validator(mode="after")
    def _guards(self) -> Self:
        if problems := list(guards({name: c.weight for name, c in self.criteria.items()})):
            raise ValueError("; ".join(problems))
        return self

    def tables(self) -> dict[str, list[dict[str, object]]]:
        return {
            "spec_criteria": [
                {"criterion": name, "place": place, "weight": self.criteria[name].weight}
                for place, name in enumerate(sorted(self.criteria), CRITERIA[0])
            ],
            "spec_levels": [
                {"criterion": name, "level": level, "condition": text}
                for name, c in self.criteria.items()
                for level, text in c.levels()
            ],
        }


def limits() -> tuple[float, float, tuple[tuple[str, str], ...]]:
    """The least and the most that a criterion may weigh, and pairs of which the first must weigh less (methods e.2)."""
    return 0.02, 0.40, ((FIRMOGRAPHIC, STRATEGIC), (FIRMOGRAPHIC, POTENTIAL), (BRAND, SIGNALS))


def guards(weights: Mapping[str, float]) -> Iterator[str]:
    """What is wrong with the weights of a scorecard (methods e.2). They apply to the criteria that are there."""
    if not 5 <= len(weights) <= len(CRITERIA):
        yield f"a scorecard has 5 to {len(CRITERIA)} criteria, this one has {len(weights)}"
    if abs(sum(weights.values()) - 1) > 1e-9:
        yield f"the weights sum to {sum(weights.values()):.6g}, not to 1"
    least, most, lighter = limits()
    for name, weight in weights.items():
        if name in NEVER:
            yield f"'{name}' cannot be a criterion: readiness is a gate and never a bonus"
        if weight > most + 1e-12:
            yield f"'{name}' weighs {weight:g}; {most:.2f} is the most, so that no criterion decides alone"
        if weight < least - 1e-12:
            yield f"'{name}' weighs {weight:g}; below {least:.2f} it is noise, leave it out"
    for light, heavy in lighter:
        if light in weights and heavy in weights and weights[light] >= weights[heavy]:
            yield f"'{light}' ({weights[light]:g}) must weigh less than '{heavy}' ({weights[heavy]:g})"


def scope(attributes: tuple[Column, ...] = ()) -> Scope:
    """What a criterion may name: accounts, their segment and its verdict, relationship, and intent."""
    tables = dictionary(attributes)
    verdict = {n: t for n, t in tables["verdicts"].types.items() if n not in ("segment", "note")}
    segment = {n: t for n, t in tables["account_segments"].types.items() if n != "account_id"}
    relationship = {n: t for n, t in tables["relationship"].types.items() if n != "account_id"}
    intent = {n: t for n, t in tables["intent"].types.items() if n != "account_id"}
    return Scope.of(a=tables["accounts"].types, s=segment, v=verdict, r=relationship, i=intent)


def account_fit(spec: FitSpec, as_of: date) -> Query:
    """Fit with its bounds. One row per account; 0 to 100, empty when nothing is known."""
    weighed = _weighed(spec)
    return query(
        """
        select account_id, :fit as fit, points(20 * :lowest) as lowest, points(20 * :highest) as highest,
               round(:known, 6) as coverage, round(:known, 6) >= :least as scorable
        from fit_scores
        """,
        fit=_points(weighed, weighed),
        lowest=_sum(weighed, "coalesce(:weight * :score, 0)"),
        highest=_sum(weighed, ":weight * coalesce(:score, 5)"),
        known=_known(weighed),
        least=spec.least_coverage,
    )


def fit_scores(spec: FitSpec, as_of: date) -> Query:
    """The score of every criterion, by its place among their names. One row per account."""
    columns, names = scope(spec.attributes), sorted(spec.criteria)
    scores = [_score(spec.criteria[name], columns) for name in names]
    scores += [null_of(NUMBER)] * (len(CRITERIA) - len(names))
    return (
        query(
            """
        select a.account_id, :scores
        from accounts a
        left join account_segments s on s.account_id = a.account_id
        left join verdicts v on v.segment = s.segment
        left join known_relationship r on r.account_id = a.account_id
        left join known_intent i on i.account_id = a.account_id
        """,
            scores=[aliased(score, f"score_{place}") for place, score in zip(CRITERIA, scores, strict=True)],
        )
        .with_table("known_relationship", _KNOWN_RELATIONSHIP)
        .with_table("known_intent", _KNOWN_INTENT)
    )


def fit_reasons(spec: FitSpec, as_of: date) -> Query:
    """Every criterion's score and what it adds. One row per account and criterion; points sum to fit exactly.

    Points are differences of the rounded running sum in the order of the criteria's names, so that their own rounding does
    not add up: all fives are 100. An account is computed in one row and told in many, which no window over all of them is.
    """
    weighed = _weighed(spec)
    scores = [one["score"] for one in weighed]
    totals = [column(f"total_{place}", "t") for place in CRITERIA[: len(weighed)]]
    points = [
        expression("case when :score is not null then :total - :before end", score=score, total=total, before=before)
        for score, total, before in zip(scores, totals, (0, *totals[:-1]), strict=True)
    ]
    return query(
        """
        select t.account_id, c.criterion, :score as score, c.weight, :points as points
        from (select s.*, :totals from fit_scores s) t
        cross join spec_criteria c
        """,
        totals=[aliased(_points(weighed[:n], weighed), f"total_{n}") for n, _ in enumerate(weighed, CRITERIA[0])],
        score=_told(scores),
        points=_told(points),
    )


def _weighed(spec: FitSpec) -> list[dict[str, Any]]:
    """The column of each criterion's score and its weight, in the order of their names."""
    names = sorted(spec.criteria)
    return [
        {"score": column(f"score_{place}"), "weight": spec.criteria[name].weight}
        for place, name in zip(CRITERIA, names, strict=False)
    ]


def _points(first: Sequence[Mapping[str, Any]], weighed: Sequence[Mapping[str, Any]]) -> Any:
    """What the first criteria add to fit together; empty where no criterion is known."""
    so_far = _sum(first, "coalesce(:weight * :score, 0)")
    return expression("points(20 * :so_far / nullif(:known, 0))", so_far=so_far, known=_known(weighed))


def _known(weighed: Sequence[Mapping[str, Any]]) -> Any:
    """The weight of the criteria that are known."""
    return _sum(weighed, "case when :score is not null then :weight else 0 end")


def _sum(weighed: Sequence[Mapping[str, Any]], part: str) -> Any:
    """The sum of an expression over the criteria."""
    return sum_of(expression(part, **one) for one in weighed)


def _told(columns: Sequence[Any]) -> Any:
    """Of an account's columns, the one of the row's criterion."""
    whose = [expression("c.place = :place", place=place) for place in CRITERIA[: len(columns)]]
    return case_of(list(zip(whose, columns, strict=True)))


def _score(criterion: CriterionSpec, columns: Scope) -> Any:
    if criterion.scale is not None:
        return _scaled(criterion.scale, columns)
    levels = sorted(criterion.score.items(), reverse=True)
    true = [(predicate(text, columns), float(score)) for score, text in levels]
    unknown = [(any_unknown(text, columns), None) for _, text in levels]
    return case_of([*true, *unknown], None if criterion.otherwise is None else float(criterion.otherwise))


def _scaled(scale: ScaleSpec, columns: Scope) -> Any:
    value = predicate(scale.column, columns, family="number")
    anchors = list(scale.anchors.items())
    first, last = anchors[0], anchors[-1]
    branches: list[tuple[Any, Any]] = [
        (expression(":v is null", v=value), None),
        (expression(":v <= :x", v=value, x=first[0]), first[1]),
    ]
    for (x0, y0), (x1, y1) in pairwise(anchors):
        line = expression(":y0 + (:v - :x0) * :slope", v=value, y0=float(y0), x0=float(x0),
                           slope=float((y1 - y0) / (x1 - x0)))  # fmt: skip
        branches.append((expression(":v <= :x", v=value, x=float(x1)), line))
    return case_of(branches, float(last[1]))


# Where the company records people or signals at all, an account without any has none; else nobody knows.
_KNOWN_RELATIONSHIP = query(
    """
    with people_records as (select count(*) > 0 as any_record from relationship)
    select a.account_id,
           case when k.any_record then coalesce(r.known_contacts, 0) end as known_contacts,
           case when k.any_record then coalesce(r.engaged_contacts, 0) end as engaged_contacts,
           case when k.any_record then coalesce(r.contact_functions, 0) end as contact_functions,
           case when k.any_record then coalesce(r.from_customers, 0) end as from_customers,
           r.last_buyer_activity_at
    from accounts a
    cross join people_records k
    left join relationship r on r.account_id = a.account_id
    """
)
_KNOWN_INTENT = query(
    """
    with signal_records as (select count(*) > 0 as any_record from intent)
    select a.account_id,
           case when k.any_record then coalesce(i.intent, 0) end as intent,
           case when k.any_record then coalesce(i.people, 0) end as people,
           case when k.any_record then coalesce(i.families, 0) end as families,
           case when k.any_record then coalesce(i.high_intent, false) end as high_intent,
           case when k.any_record then coalesce(i.first_party, false) end as first_party,
           case when k.any_record then coalesce(i.third_party_only, false) end as third_party_only,
           case when k.any_record then coalesce(i.guarded, true) end as guarded,
           case when k.any_record then coalesce(i.corroborated, false) end as corroborated,
           i.last_signal_at
    from accounts a
    cross join signal_records k
    left join intent i on i.account_id = a.account_id and i.corroborated
    """
)
