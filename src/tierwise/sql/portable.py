"""What the SQL of a step must not say, because engines read it differently or it asks the clock."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

# What a step must not write, and what it should: it differs between engines silently, or it asks the clock.
UNPORTABLE: Mapping[str, str] = {
    "arg_max": "last_by",
    "arg_min": "first_by",
    "current_date": ":as_of",
    "current_timestamp": ":as_of",
    "date_diff": "age_days or months_between",
    "epoch": "age_days",
    "first": "first_by",
    "last": "last_by",
    "median": "quantile",
    "now": ":as_of",
    "quantile_cont": "quantile",
    "rand": "key_of",
    "random": "key_of",
    "today": ":as_of",
}


def refuse_unportable(node: exp.Expr) -> None:
    """Raises ValueError, naming what to write instead, for a function that engines compute differently."""
    if not isinstance(node, exp.Func):
        return
    name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
    if isinstance(node, exp.DateDiff):
        name = "date_diff"
    if name in UNPORTABLE:
        raise ValueError(f"{name}() differs between engines or asks the clock; write {UNPORTABLE[name]}")
