"""The HTML of a report: content and words put into one template. Everything from records is text, never markup."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from tierwise.core.vocabulary import DIMENSIONS, TIER_NAMES
from tierwise.interfaces.report import charts, curves, wording
from tierwise.interfaces.report.content import RETENTION, Content
from tierwise.interfaces.report.pictures import pictures

ROOM = "tierwise.interfaces.report"


def render(content: Content) -> str:
    """The whole page, in one string: style and pictures inside, no script, nothing fetched."""
    environment = Environment(
        autoescape=True, loader=FunctionLoader(_read), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        {
            name: getattr(wording, name)
            for name in ("words", "tier", "count", "points", "share", "money", "day", "marks")
        }
    )
    environment.filters |= {"verdict": wording.verdict, "reason": wording.move_reason, "intent": wording.intent_reason}
    environment.globals |= {
        "interval": wording.interval,
        "gate_open": wording.gate_open,
        "share": wording.share,
        "length": charts.length,
        "WIDTH": charts.WIDTH,
    }
    environment.globals |= {"curves": curves}
    template = environment.get_template("page.html.j2")
    return template.render(
        content=content,
        style=Markup(_read("style.css")),
        plots=plots(content),
        dimensions=DIMENSIONS,
        tier_names=TIER_NAMES,
        mark_words=wording.MARK_WORDS,
        pictures=pictures(content),
        least_at_risk=content.least_at_risk,
    )


def plots(content: Content) -> list[dict[str, Any]]:
    """The forest plots: what is measured, how its values are said, the bar, and the strips."""

    def share(value: float) -> str:
        return wording.share(value)

    def money(value: float) -> str:
        return wording.money(value)

    def won(value: float) -> str:
        return wording.share(value, 1)

    over = f" Over {wording.policy(content.retention[0]['method'])}." if content.retention else ""
    measures = (
        ("retention", "Net revenue retention", content.retention, content.bars[RETENTION], share,
         f"Revenue today from the customers of a period ago, over their revenue then.{over}"),
        ("value", "Lifetime value", content.lifetime_value, content.bars["lifetime_value"], money,
         f"Margin per acquired account within the horizon, in {content.currency}."),
        ("won", "Win rate", content.win_rates, content.bars["win_rate"], won,
         "Probability that an opportunity is won within the window; open deals are censored. It comments and never validates."),
    )  # fmt: skip
    return [
        {"id": name, "title": title, "meaning": meaning, "say": say, "bars": bars, "rows": rows,
         "pooled": any(row["shrunk_value"] is not None for row in rows),
         "forest": charts.forest(rows, bars, say)}
        for name, title, rows, bars, say, meaning in measures
    ]  # fmt: skip


def _read(name: str) -> str:
    return files(ROOM).joinpath(name).read_text(encoding="utf-8")
