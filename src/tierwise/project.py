"""A project: a folder with a model, its records and what was derived from them. The one facade; it only forwards.

Size: every verb of every door is a function here, so that a reader finds them all in one place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa

from tierwise.core.errors import NotFound, UsageError, near_miss
from tierwise.core.table import Column
from tierwise.engines.registry import dialect_of
from tierwise.model.advice import advice
from tierwise.model.defaults import Parameter, describe
from tierwise.model.draft import SCHEMA_FILE
from tierwise.model.form import TEMPLATE, load_form
from tierwise.model.load import FILE, load_model
from tierwise.model.model import Model
from tierwise.model.schema import schema
from tierwise.pipeline.acceptance import WORLDS, Outcome
from tierwise.pipeline.acceptance import acceptance as play_worlds
from tierwise.pipeline.align import Alignment
from tierwise.pipeline.discover import Discovery, search
from tierwise.pipeline.draft import Draft, draft_model, exports_in
from tierwise.pipeline.explain import Explanation
from tierwise.pipeline.ingest import IngestReport, ingest
from tierwise.pipeline.plan.causes import Changes, changes
from tierwise.pipeline.plan.keep import KeptPlan, apply_kept, keep_plan, kept_plans
from tierwise.pipeline.plan.make import Plan, PutBack, apply_plan, make_plan, standing
from tierwise.pipeline.plan.revert import list_before, not_restored, put_back, tiers_by_account
from tierwise.pipeline.read import Published, model_of
from tierwise.pipeline.record import Given, Recording, Traces, fields, given_rows, ledger_named, spoken, with_accounts
from tierwise.pipeline.record import erase as take_out
from tierwise.pipeline.record import traces as stands_in
from tierwise.pipeline.run import Progress, engine_on, step_named, step_sql
from tierwise.pipeline.scorecard.agreement import Calibration, in_force
from tierwise.pipeline.scorecard.criteria import DraftCriterion, fragment, said
from tierwise.pipeline.scorecard.proposal import Proposal, comparable, proposal, wanted_days
from tierwise.pipeline.scorecard.sample import Sheet, sheets
from tierwise.simulate.demo import write_demo
from tierwise.stores.runs import Snapshot
from tierwise.stores.workspace import Workspace
from tierwise.tables.ledgers import LEDGERS

STATE = ".tierwise"


def quiet(step: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


class Project:
    """A project on disk. `data` is where relative paths of sources start; the project's own folder by default."""

    def __init__(self, folder: Path, model: Model, data: Path | None = None) -> None:
        self.folder, self.model, self.data = Path(folder), model, Path(data or folder)
        self.workspace = Workspace(self.folder / STATE)

    @classmethod
    def open(cls, folder: Path, data: Path | None = None) -> Project:
        """The project in `folder`. Raises NotFound without a model, ModelError with every problem of the model."""
        model = load_model(Path(folder))
        if data is not None:
            _check_place(Path(folder), model, Path(data))
        return cls(folder, model, data)

    def close(self) -> None:
        self.workspace.close()

    # records

    def ingest(
        self, now: datetime | None = None, progress: Callable[[str], None] = lambda message: None
    ) -> IngestReport:
        """Land every file of every source; nothing that was landed before is landed twice."""
        moment = (now or datetime.now(UTC)).astimezone(UTC)
        own = {c.name: c.type for c in self.model.columns}
        with self.workspace.writing(moment):
            shared = (self.model.map, self.model.values)
            return ingest(self.model.sources, *shared, own, self.workspace.landing, self.data, moment, progress)

    # plan and apply

    @contextmanager
    def plan(
        self,
        as_of: date | None = None,
        progress: Progress = quiet,
        anew: bool = False,
        wanted: PutBack | None = None,
        glance: bool = False,
    ) -> Iterator[Plan]:
        """What a run would publish and what it would change. Nothing is published; it can be applied until one leaves.

        Tables that are as in the run before are taken from there, unless everything is to be computed `anew`. `wanted` is an
        earlier list to put back; a `glance` computes only what would move and cannot be applied. Where the project may only be
        read it is computed among the machine's temporary files.
        """
        self.workspace.sweep()
        with self.workspace.aside() as aside, engine_on(self.workspace.folder, self.model.engine, aside) as engine:
            yield make_plan(self.model, engine, self.workspace, as_of or today(), progress, anew, wanted, glance)

    def apply(self, plan: Plan, now: datetime | None = None) -> Snapshot:
        """Publish exactly this plan; raises CheckFailed when what it was made from has changed."""
        moment = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
        with self.workspace.writing(moment):
            return apply_plan(plan, self.model, self.workspace, moment)

    # what is published

    def runs(self) -> list[Snapshot]:
        """Every published snapshot, oldest first."""
        return self.workspace.ledgers.runs.all()

    def snapshot(self, run_id: str | None = None, as_of: date | None = None) -> Snapshot:
        """The snapshot in force, of a day, or by its run. Raises NotFound when there is none."""
        if run_id is not None:
            return self.workspace.ledgers.runs.find(run_id)
        found = self.workspace.ledgers.runs.latest(as_of)
        if found is None:
            day = f" as of {as_of}" if as_of else ""
            raise NotFound(
                f"nothing has been published{day} yet", f"run: tierwise run{f' --as-of {as_of}' if as_of else ''}"
            )
        return found

    def model_of(self, snapshot: Snapshot) -> Model:
        """The model that a snapshot was made with, whatever the file says today."""
        return model_of(snapshot, self.model)

    def published(self, snapshot: Snapshot | None = None) -> Published:
        """A snapshot open for reading, the one in force by default: `with project.published() as published`."""
        return Published(self.model, self.workspace, snapshot or self.snapshot())

    def read(self, table: str, where: str = "", limit: int | None = None, snapshot: Snapshot | None = None) -> pa.Table:
        """Rows of any table of the dictionary; `where` is a condition like those of the model."""
        with self.published(snapshot) as published:
            return published.read(table, where, limit)

    def explain(self, account: str, snapshot: Snapshot | None = None) -> Explanation:
        """Every reason for one account, by id, name or domain. Raises NotFound with the near miss."""
        with self.published(snapshot) as published:
            return published.explain(account)

    def verify(self) -> list[str]:
        """Stored files whose bytes are not what was written. Empty when all is well."""
        return self.workspace.verify()


def _check_place(folder: Path, model: Model, data: Path) -> None:
    """Raise NotFound when records are sought in a folder that is not there, and say where they are if beside the model."""
    if not data.is_dir():
        raise NotFound(f"there is no folder {data}", "give the folder of the records with --data")
    for source in model.sources.values():
        if not (data / source.path).is_dir() and (folder / source.path).is_dir():
            raise NotFound(f"there is no folder {data / source.path}", f"{folder / source.path} is: leave --data out")


@dataclass(frozen=True)
class Run:
    """What `run` did: the files that it read, and the list in force. `new` is False when nothing had changed."""

    files: IngestReport
    snapshot: Snapshot
    new: bool


def run(project: Project, as_of: date | None = None, force: bool = False, progress: Progress = quiet) -> Run:
    """Ingest, plan, apply. Where nothing changed the list in force stands, unless `force` computes it anew."""
    report = project.ingest(progress=lambda message: progress(message, 0, 0))
    unchanged = None if force else standing(project.model, project.workspace, as_of or today())
    if unchanged is not None:
        return Run(report, unchanged, new=False)
    with project.plan(as_of, progress, force) as plan:
        return Run(report, project.apply(plan), new=True)


def changes_of(project: Project, plan: Plan) -> Changes:
    """What a plan changes against the list in force on its day: causes by account, value and hours by tier."""
    return changes(plan, project.model, project.workspace)


def keep(project: Project, plan: Plan, name: str, recorder: str, now: datetime | None = None) -> str:
    """Keep a plan under a name, to be applied later as it is; the name. Raises UsageError when it is taken."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    with project.workspace.writing(moment):
        return keep_plan(plan, project.workspace, name, recorder, moment.replace(tzinfo=None)).name


def plans(project: Project) -> list[KeptPlan]:
    """Every plan that is kept, oldest first, and what became of it."""
    return kept_plans(project.model, project.workspace)


def apply_named(project: Project, name: str, now: datetime | None = None) -> Snapshot:
    """Publish a plan that was kept, exactly as it is. Raises NotFound, CheckFailed when its inputs changed."""
    moment, found = (now or datetime.now(UTC)).astimezone(UTC), project.workspace.plans.find(name)
    with project.workspace.writing(moment):
        return apply_kept(found, project.model, project.workspace, moment.replace(tzinfo=None))


def drop_plan(project: Project, name: str, now: datetime | None = None) -> None:
    """Forget a plan that was kept; a list that it made stays. Raises NotFound."""
    with project.workspace.writing((now or datetime.now(UTC)).astimezone(UTC)):
        project.workspace.plans.drop(name)


@dataclass(frozen=True)
class Reverted:
    """What `revert` did: whose list was put back, the new list, its moves, and who could not be put back and why."""

    wanted: Snapshot
    snapshot: Snapshot
    moves: pa.Table
    not_restored: list[dict[str, str]]


def revert(
    project: Project,
    run_id: str | None = None,
    as_of: date | None = None,
    progress: Progress = quiet,
    now: datetime | None = None,
) -> Reverted:
    """Put the list of an earlier run back as a new run, by default the one before the list in force. Raises NotFound.

    Tiers 1 and 2 are those of then, as far as capacity and the hard exits of today allow; nothing is taken out of a ledger.
    """
    then, in_force = project.snapshot(run_id) if run_id else list_before(project.runs()), project.snapshot()
    lists = [
        tiers_by_account(project.read("tiers", where="tier in ('1', '2', 'parked')", snapshot=one))
        for one in (then, in_force)
    ]
    wanted = put_back(then.run_id, *lists)
    with project.plan(as_of or max(today(), in_force.as_of), progress, wanted=wanted) as plan:
        left = not_restored(plan)
        return Reverted(then, project.apply(plan, now), plan.moves, left)


def discover(
    project: Project,
    as_of: date | None = None,
    target: str | None = None,
    depth: int | None = None,
    progress: Progress = quiet,
) -> Discovery:
    """Profiles whose customers did better or worse than the others, beyond chance, from a published snapshot."""
    return search(project.model, project.workspace, project.snapshot(as_of=as_of), target, depth, progress)


def sql(model: Model, step: str, engine: str | None = None, as_of: date | None = None) -> str:
    """The SQL text that an engine would get for a step. Raises UsageError when no such step runs as SQL."""
    found = step_named(step)
    if found is None or found.in_memory:
        known = [name for name in model.dictionary if (other := step_named(name)) and not other.in_memory]
        raise UsageError(f"no step '{step}' that runs as SQL", near_miss(step, known) or f"known: {', '.join(known)}")
    return step_sql(found, model.specs, model.dictionary, as_of or today(), dialect_of(engine or model.engine))


def draft(folder: Path, exports: Path, company: str, currency: str, progress: Progress = quiet) -> Draft:
    """A first model for a project in `folder`, guessed from `exports`. Raises NotFound when there are none."""
    found = exports_in(Path(exports)) if Path(exports).is_dir() else []
    if not found:
        raise NotFound(f"there are no exports in {exports}", "put CSV, Excel, Parquet or JSON-lines files there")
    return draft_model(Path(folder), found, company, currency, progress)


def init(folder: Path, text: str, force: bool = False) -> Path:
    """Write a model file, and the JSON Schema beside it. Raises UsageError rather than overwrite, unless `force`."""
    target = Path(folder) / FILE
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", "change it by hand, or --force to write it anew")
    target.parent.mkdir(parents=True, exist_ok=True)
    (target.parent / SCHEMA_FILE).write_text(
        json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    target.write_text(text, encoding="utf-8")
    return target


def read_model(folder: Path) -> Model:
    """The model of a project, nothing opened. Raises NotFound without one, ModelError with all problems."""
    return load_model(Path(folder))


def advice_on(model: Model) -> list[str]:
    """What a model that is well may still lack, a sentence each."""
    return list(advice(model))


def model_schema() -> dict[str, Any]:
    """What a model file may hold, as JSON Schema."""
    return schema()


def parameters(model: Model) -> list[Parameter]:
    """Every parameter of a model with its value, where it comes from and what it means."""
    return describe(model)


def demo(folder: Path) -> date:
    """Write a simulated company's exports and its model into `folder`; the day on which its history ends."""
    return write_demo(Path(folder))


def align(project: Project, form: Path | None = None, snapshot: Snapshot | None = None) -> Alignment:
    """The targets of the leaders, compared on a snapshot: those of a form, or those that the model declares today.

    Raises NotFound where there are none, ModelError with every problem of the form.
    """
    targets = project.model.targets if form is None else load_form(project.folder, form)
    if not targets:
        hint = "tierwise align --template > targets.yaml, fill it in, then: tierwise align targets.yaml"
        raise NotFound("the model declares no targets", hint)
    with Published(project.model, project.workspace, snapshot or project.snapshot(), targets) as published:
        return published.align()


def record(
    project: Project,
    ledger: str,
    given: Given,
    recorder: str,
    now: datetime | None = None,
    known_on: date | None = None,
    replaces: int | None = None,
) -> Recording:
    """Append what people said or decided to a ledger: rows of fields, or of a file; all or none.

    `known_on` is the day since when the company knows it, today by default. Raises ModelError with every problem.
    """
    table, moment = ledger_named(ledger), (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    if known_on is not None and known_on > moment.date():
        raise UsageError(f"{known_on} is yet to come", "give the day since when the company knows it")
    rows, unused = given_rows(table, given)
    rows = spoken(table, rows)
    with project.published() as published:
        placed = with_accounts(rows, published.find)
    known = datetime.combine(known_on, time()) if known_on and known_on < moment.date() else moment
    with project.workspace.writing(moment.replace(tzinfo=UTC)):
        entries = project.workspace.ledgers.entries.append(table, placed, recorder, moment, known, replaces)
    return Recording(ledger, tuple(entries), unused)


def withdraw(project: Project, ledger: str, entry: int, recorder: str, now: datetime | None = None) -> Recording:
    """Take back an entry of a ledger from now on; lists of earlier days still see it. Raises NotFound."""
    table, moment = ledger_named(ledger), (now or datetime.now(UTC)).astimezone(UTC)
    with project.workspace.writing(moment):
        taken = project.workspace.ledgers.entries.withdraw(table, entry, recorder, moment.replace(tzinfo=None))
    return Recording(ledger, (taken,))


def traces(project: Project, respondent: str) -> Traces:
    """Where a respondent is named. Raises NotFound where nowhere."""
    return stands_in(project.workspace, respondent)


def erase(project: Project, respondent: str, now: datetime | None = None) -> tuple[Traces, str]:
    """Take a respondent out of the ledger, the landed files and every published list; where that was, and the pseudonym."""
    with project.workspace.writing((now or datetime.now(UTC)).astimezone(UTC)):
        found = stands_in(project.workspace, respondent)
        return found, take_out(project.workspace, found)


def recorded(project: Project, ledger: str) -> list[dict[str, Any]]:
    """Every entry of a ledger, oldest first: those that later ones replaced or withdrew, too."""
    return project.workspace.ledgers.entries.history(ledger_named(ledger))


def ledgers() -> dict[str, tuple[Column, ...]]:
    """What can be recorded: each ledger with the fields that a person gives."""
    return {name: fields(table) for name, table in LEDGERS.items()}


def rating_sheets(
    project: Project, raters: Sequence[str], size: int, seed: int, snapshot: Snapshot | None = None
) -> list[Sheet]:
    """A blind sheet for each rater: the same accounts, drawn from segments x tiers x thirds of fit, in orders of their own."""
    with project.published(snapshot) as published:
        return list(sheets(published.sample(size, seed), raters, seed))


def calibrate(project: Project, snapshot: Snapshot | None = None) -> Calibration:
    """Raters against each other, then the model against them. Raises NotFound before anybody rated anything."""
    ratings = in_force(recorded(project, "rating"))
    if not ratings:
        hint = "tierwise calibrate --sheets DIR --raters ann,ben, and after they rated: tierwise calibrate --read FILE"
        raise NotFound("nobody has rated an account yet", hint)
    with project.published(snapshot) as published:
        return published.calibration(ratings)


def propose(project: Project, look_back: int = 0, progress: Progress = quiet) -> Proposal:
    """Weights that won and lost deals suggest, from lists published as of days before the deals began. Advice only.

    `look_back` publishes the missing lists of that many quarters first. Raises CheckFailed with too few won deals.
    """
    spec, horizon = project.model.fit, project.model.win_rate.window_days or 365
    with project.published() as published:
        found = published.deals(horizon)
    dated = {
        snapshot.as_of: snapshot for snapshot in project.runs() if comparable(project.model_of(snapshot).fit, spec)
    }
    for day in wanted_days(found, look_back):
        if day not in dated:
            progress(f"list of {day}", 0, 0)
            with project.plan(day, progress) as plan:
                dated[day] = project.apply(plan)

    def scores_on(day: date, accounts: Sequence[str]) -> dict[tuple[str, str], float]:
        with project.published(dated[day]) as published:
            return published.scores(accounts)

    return proposal(spec, found, sorted(dated), scores_on, horizon)


@contextmanager
def plan_with_weights(
    project: Project, weights: Mapping[str, float], as_of: date | None = None, progress: Progress = quiet
) -> Iterator[Plan]:
    """What a model with other weights would change. It is a plan to look at: the model file stays as it is."""
    changed = Project(project.folder, project.model.with_weights(weights), project.data)
    with closing(changed), changed.plan(as_of, progress) as plan:
        yield plan


def draft_criteria(project: Project, snapshot: Snapshot | None = None) -> tuple[list[DraftCriterion], str]:
    """What sellers said as draft criteria, checked against deals, and as a section of the model. Raises NotFound."""
    entries = said(recorded(project, "criterion"))
    if not entries:
        hint = "tierwise criteria --form asks a seller; tierwise criteria --template > workshop.csv is for several"
        raise NotFound("no seller has said anything yet", hint)
    with project.published(snapshot) as published:
        made = published.criteria(entries)
    return made, fragment(made)


def form_template() -> str:
    """A form for the leaders' targets, to fill in."""
    return TEMPLATE


def worlds() -> tuple[str, ...]:
    """The simulated worlds, the reference first."""
    return tuple(WORLDS)


def acceptance(
    of: Sequence[str], seeds: Sequence[int], accounts: int, seats: int, jobs: int = 1, progress: Progress = quiet
) -> list[Outcome]:
    """Do the claims of the method hold in some worlds, over companies of some seeds? One outcome per claim."""
    return play_worlds(of, seeds, accounts, seats, jobs, progress)


def today() -> date:
    """The day at the rim: where no as_of is given, and only there, the clock is asked."""
    return datetime.now(UTC).date()
