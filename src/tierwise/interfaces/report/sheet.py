"""A blind rating sheet as a page: who the company is, six buttons, a comment, and the answers as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SHOWN = ("name", "domain", "industry", "sub_industry", "employees", "country")
LEVELS = range(6)


def sheet_page(rater: str, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    """One HTML page without network. It knows no score and no tier; its button saves a CSV with the columns `names`."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("tierwise.interfaces", "report"), autoescape=True, trim_blocks=True)
    return environment.get_template("sheet.html.j2").render(
        rater=rater, rows=rows, names=list(names), shown=SHOWN, levels=LEVELS
    )
