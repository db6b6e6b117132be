"""Which accounts can decide? Evidence from people, by dimension; the weakest dimension rules; unknown is a question.

`spec` says how answers weigh; `answers` picks the answer in force of each person; `dimensions` adds them up; `gate` lets
the weakest rule; `demand` says it in one word; `research` says whom to ask next.
"""

from tierwise.stages.assessment.readiness.answers import answers_by_day, readiness_days
from tierwise.stages.assessment.readiness.demand import demand_temperatures
from tierwise.stages.assessment.readiness.dimensions import readiness_by_day, readiness_dimensions
from tierwise.stages.assessment.readiness.gate import account_readiness, gate_by_day
from tierwise.stages.assessment.readiness.research import (
    ResearchSpec,
    research,
    research_coverage,
    research_outcomes,
    research_pool,
    research_questions,
)
from tierwise.stages.assessment.readiness.spec import COUNTED_ROLES, HALF_LIVES, QUESTIONS, ReadinessSpec

__all__ = [
    "COUNTED_ROLES",
    "HALF_LIVES",
    "QUESTIONS",
    "ReadinessSpec",
    "ResearchSpec",
    "account_readiness",
    "answers_by_day",
    "demand_temperatures",
    "gate_by_day",
    "readiness_by_day",
    "readiness_days",
    "readiness_dimensions",
    "research",
    "research_coverage",
    "research_outcomes",
    "research_pool",
    "research_questions",
]
