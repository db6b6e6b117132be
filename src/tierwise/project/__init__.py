"""The one facade: everything that a door may do with a project. It only forwards."""

from tierwise.pipeline.plan.holds import Accepted
from tierwise.project.audit import Audience, audiences, planted, prices
from tierwise.project.identity import accept, contradicting, lineage, matches, reject, split, undo
from tierwise.project.lists import Reverted, Run, apply_named, changes_of, drop_plan, keep, plans, revert, run
from tierwise.project.models import advice_on, demo, draft, init, model_schema, parameters, read_model
from tierwise.project.people import (
    calibrate,
    draft_criteria,
    erase,
    ledgers,
    plan_with_weights,
    propose,
    rating_sheets,
    record,
    recorded,
    traces,
    withdraw,
)
from tierwise.project.project import Project, quiet, today
from tierwise.project.questions import acceptance, align, discover, form_template, gone, retired, sql, worlds
from tierwise.project.titles import read_titles, title_quality
from tierwise.project.visitors import Visitors, Way, visitors

__all__ = [
    "Accepted", "Audience", "Project", "Reverted", "Run", "Visitors", "Way", "accept", "acceptance", "advice_on", "align",
    "apply_named", "audiences", "calibrate", "changes_of", "contradicting", "demo", "discover", "draft", "draft_criteria",
    "drop_plan", "erase", "form_template", "gone", "init", "keep", "ledgers", "lineage", "matches", "model_schema",
    "parameters", "plan_with_weights", "plans", "planted", "prices", "propose", "quiet", "rating_sheets", "read_model",
    "read_titles", "record", "recorded", "reject", "retired", "revert", "run", "split", "sql", "title_quality", "today",
    "traces", "undo", "visitors", "withdraw", "worlds",
]  # fmt: skip
