"""One page for who writes to a cluster: the problem, what its accounts share, what happened, who is known, what is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from tierwise.core.errors import NotFound, near_miss
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Row, Rows

ROOM = "tierwise.interfaces.report"
TRAITS = ("technology", "sub_vertical", "size", "region")
MOST = 8  # rows of one part: the brief is one page
LEAST_SIGNALLED = 3  # accounts: what one or two did says nothing of a cluster
COMMON = 0.5  # share of a cluster from which a trait is worth knowing although it tells nothing apart
FEATURES = {
    "problem": "problem", "technology": "runs", "sub_vertical": "sub-vertical", "size": "employees", "region": "region",
    "trigger": "latest signal", "person": "person", "question": "question",
}  # fmt: skip


@dataclass(frozen=True)
class Brief:
    """A cluster with its members and traits. `company`: who writes."""

    company: str
    as_of: str
    run_id: str
    cluster: Row
    traits: Rows
    accounts: Rows
    trigger_days: int
    least_z: float

    def of(self, *features: str) -> Rows:
        """The traits of some features, the most frequent first."""
        mine = [row for row in self.traits if row["feature"] in features]
        return sorted(mine, key=lambda row: (-row["n"], row["feature"], row["value"]))

    @property
    def apart(self) -> Rows:
        """What tells the cluster apart from the rest of tier 2, the most surprising first."""
        stated = [row for row in self.of(*TRAITS) if row["stated"]]
        return sorted(stated, key=lambda row: -row["z"])

    @property
    def common(self) -> Rows:
        """What most of its accounts have, and most others too."""
        others = [row for row in self.of(*TRAITS) if not row["stated"] and row["share"] >= COMMON]
        return [row for row in others if row["z"] is None or abs(row["z"]) < self.least_z]

    @property
    def addressed(self) -> Rows:
        """The accounts that the text is for."""
        return [row for row in self.accounts if not row["unclustered"]]

    @property
    def aside(self) -> Rows:
        """Members that are nearer to another cluster."""
        return [row for row in self.accounts if row["unclustered"]]

    @property
    def standing(self) -> str:
        """Whether one text can be written for it, and how sure it is."""
        c = self.cluster
        can = "One text can be written for them" if c["usable"] else str(c["why_not"]).capitalize()
        held = (
            ""
            if c["stability"] is None
            else f"; drawn anew, an account meets {say.share(c['stability'])} of them again"
        )
        return f"{can}. {say.share(c['purity'])} have the same problem{held}."


def read_brief(listing: Listing, wanted: str) -> Brief:
    """The brief of a cluster, by its id or its name. Raises NotFound with the near miss."""
    every = listing.rows("clusters")
    named = {str(row[key]).lower(): row for row in every for key in ("name", "cluster")}
    row = named.get(wanted.strip().lower())
    if row is None:
        known = [str(one["cluster"]) for one in every] + [str(one["name"]) for one in every]
        raise NotFound(f"there is no cluster '{wanted}'", near_miss(wanted, known) or "`tierwise clusters` lists them")
    mine = f"cluster = '{row['cluster']}'"
    members = listing.named(listing.rows("cluster_members", mine))
    ids = [one["account_id"] for one in members]
    seats = {one["account_id"]: one for one in listing.of_accounts("tiers", ids)}
    accounts = {one["account_id"]: one for one in listing.of_accounts("accounts", ids)}
    snapshot = listing.published.snapshot
    return Brief(
        company=listing.model.company,
        as_of=snapshot.as_of.isoformat(),
        run_id=snapshot.run_id,
        cluster=row,
        traits=listing.rows("cluster_traits", mine),
        accounts=sorted(
            (
                {**one, "owner": accounts[one["account_id"]]["owner"], "rank": seats[one["account_id"]]["rank"],
                 "question": seats[one["account_id"]]["first_question"], "new": one["came_from"] != row["cluster"]}
                for one in members
            ),
            key=lambda one: (one["rank"], one["account_id"]),
        ),
        trigger_days=listing.model.clusters.trigger_days,
        least_z=listing.model.clusters.least_z,
    )  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One part of the page: its title, its lines as (what, how often), and what to say without any."""

    title: str
    lines: tuple[tuple[str, str], ...]
    without: str = ""


def parts(brief: Brief) -> list[Part]:
    """The parts of the page; one without lines and without words is left out."""
    size = brief.cluster["size"]
    lately, people, questions = brief.of("trigger"), brief.of("person"), brief.of("question")
    often = [row for row in lately if row["n"] >= LEAST_SIGNALLED]
    signalled = lately[0]["known"] if lately else 0
    met = people[0]["known"] if people else 0
    made = (
        Part("The problem they share", _compared(brief.of("problem")), "No problem is known of any of them."),
        Part("What tells them apart from the rest of tier 2", _compared(brief.apart), "Nothing beyond the problem."),
        Part("What most of them have, as others do", _compared(brief.common)),
        Part(
            f"What happened last ({signalled} of {size} gave a signal in {brief.trigger_days} days)", _compared(often),
            "Nothing that three of them did: each signal is of one or two accounts." if lately
            else "Nothing: nobody there is known to pay attention.",
        ),
        Part(f"Whom we know there (somebody at {met} of {size})", _counted(people, met), "Nobody."),
        Part("What to ask first", _counted(questions, size), "Nothing: readiness is known, or no question is open."),
    )  # fmt: skip
    return [part for part in made if part.lines or part.without]


def said(row: Row) -> str:
    """A trait in words."""
    value = say.words(row["value"]) if row["feature"] in ("trigger", "technology") else str(row["value"])
    return f"{FEATURES[row['feature']]}: {value}" if row["feature"] in TRAITS else value


def lifted(row: Row) -> str:
    """How much more often than in all of tier 2; empty where there is nothing to compare."""
    if row["lift"] is None:
        return ""
    return f"lift {row['lift']:.1f} ({say.interval(row['lift_lo'], row['lift_hi'], say.points)})"


def _compared(rows: Rows) -> tuple[tuple[str, str], ...]:
    told = [(said(row), ", ".join(filter(None, (f"{row['n']} of {row['known']}", lifted(row))))) for row in rows]
    return _first(told)


def _counted(rows: Rows, of: int) -> tuple[tuple[str, str], ...]:
    return _first([(said(row), f"{row['n']} of {of}") for row in rows])


def _first(lines: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    more = [(f"and {len(lines) - MOST} more", "")] if len(lines) > MOST else []
    return (*lines[:MOST], *more)


def markdown(brief: Brief) -> str:
    """The brief as Markdown."""
    return "\n".join(_lines(brief)) + "\n"


def html(brief: Brief) -> str:
    """The brief as one HTML page that prints on paper; everything from records is text, never markup."""
    environment = Environment(
        autoescape=True, loader=FunctionLoader(_read), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"say": say}
    page = environment.get_template("brief.html.j2")
    return page.render(brief=brief, parts=parts(brief), style=Markup(_read("style.css")))


def _lines(brief: Brief) -> Iterator[str]:
    cluster = brief.cluster
    yield f"# {cluster['name']}"
    yield ""
    yield f"Cluster {cluster['cluster']} of {brief.company}, as of {brief.as_of}, run {brief.run_id}: "
    yield f"{say.many(len(brief.addressed), 'account')}. {brief.standing}"
    for part in parts(brief):
        yield ""
        yield f"## {part.title}"
        if not part.lines:
            yield part.without
        for what, how_often in part.lines:
            yield f"- {what}: {how_often}" if how_often else f"- {what}"
    yield ""
    yield "## Accounts"
    for row in brief.addressed:
        owner = f", owner {row['owner']}" if row["owner"] else ""
        yield f"- {row['name']} (place {row['rank']}{owner}{', new here' if row['new'] and cluster['kept'] else ''})"
    if brief.aside:
        yield ""
        yield "Nearer to another cluster, treat 1:many: " + ", ".join(row["name"] for row in brief.aside)


def _read(name: str) -> str:
    return files(ROOM).joinpath(name).read_text(encoding="utf-8")
