"""The HTML of a report: content and words put into templates. Everything from records is text, never markup."""

from __future__ import annotations

import re
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from tierwise.interfaces.report import charts, curves, wording
from tierwise.interfaces.report.content import Content
from tierwise.interfaces.report.contents import CONTENTS, Lacking

ROOM = "tierwise.interfaces.report"
NO_BREAK = "\N{NO-BREAK SPACE}"  # a number and its percent sign stay on one line
FILTERS = ("words", "tier", "count", "points", "share", "money", "day", "marks", "verdict", "motion", "place")


def render(content: Content) -> str:
    """The whole page, in one string: style and pictures inside, no script, nothing fetched."""
    environment = Environment(
        autoescape=True, loader=FunctionLoader(_read), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {name: getattr(wording, name) for name in FILTERS}
    environment.filters |= {"reason": wording.move_reason, "intent": wording.intent_reason, "prose": prose}
    environment.globals |= {"say": wording, "charts": charts, "curves": curves, "currency": content.currency}
    page = environment.get_template("page.html.j2").render(
        content=content,
        contents=CONTENTS,
        lacking=lambda found: isinstance(found, Lacking),
        style=Markup(_read("style.css")),
    )
    return re.sub(r"(?<=\d) %", NO_BREAK + "%", page)


def prose(text: str) -> Markup:
    """A sentence as HTML: what stands in `backticks` is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(wording.sentence(text)))))


def _read(name: str) -> str:
    return files(ROOM).joinpath(name).read_text(encoding="utf-8")
