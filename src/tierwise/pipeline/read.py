"""Read what was published: the Parquet of one snapshot, in an in-memory engine of the reader's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from tierwise.core.errors import NotFound, StorageError, UsageError, near_miss
from tierwise.core.table import Table
from tierwise.model.model import Model
from tierwise.pipeline.align import Alignment, align
from tierwise.pipeline.explain.account import Explanation, Reader, explain_account, find_account
from tierwise.pipeline.explain.retired import Gone, ids_like, retired
from tierwise.pipeline.explain.visitors import Visitors, visitors
from tierwise.pipeline.flow import DISCOVERY, REPAIRS
from tierwise.pipeline.inputs import readable
from tierwise.pipeline.run import engine_on, step_named
from tierwise.pipeline.scorecard.agreement import Calibration, calibration
from tierwise.pipeline.scorecard.criteria import DraftCriterion, Said, drafts
from tierwise.pipeline.scorecard.proposal import Deal, deals, scores
from tierwise.pipeline.scorecard.sample import sample
from tierwise.pipeline.shelf import Shelf, made_before
from tierwise.sql.predicates import Scope, check_predicate, predicate
from tierwise.sql.query import column, query
from tierwise.stages.assessment import fit
from tierwise.stages.market.targets import TargetSpec, TargetsSpec
from tierwise.stores.runs import Snapshot
from tierwise.stores.workspace import Workspace


class Published:
    """One published snapshot, open for reading: rows of any table, every reason for an account.

    It is read with the model that it was made with: `model`, whatever the file says today.
    It keeps its own engine and lets go of it on leaving: `with Published(...) as published`. It writes nothing into the
    workspace; what does not fit into memory goes to the machine's folder for temporary files.
    """

    def __init__(
        self,
        model: Model,
        workspace: Workspace,
        snapshot: Snapshot,
        targets: Mapping[str, TargetSpec] | None = None,
    ) -> None:
        self.snapshot, self.model = snapshot, model_of(snapshot, model)
        if targets is not None:
            self.model = self.model.with_targets(targets)
        self._ledgers = workspace.ledgers
        self._closing = ExitStack()
        with ExitStack() as opening:
            scratch = opening.enter_context(TemporaryDirectory(prefix="tierwise-"))
            engine = opening.enter_context(engine_on(workspace.folder, "duckdb", Path(scratch)))
            shelf = Shelf(engine, self.model, workspace.snapshots, snapshot, workspace.behind(snapshot))
            self.reader = Reader(engine, readable(self.model.dictionary), shelf.views, shelf.provide)
            self._closing = opening.pop_all()

    def __enter__(self) -> Published:
        return self

    def __exit__(self, *failure: object) -> None:
        self._closing.close()

    def read(self, table: str, where: str = "", limit: int | None = None) -> pa.Table:
        """Rows of any table of the dictionary; `where` is a condition like those of the model. Raises NotFound, UsageError."""
        known = self.model.dictionary
        if table not in known:
            raise NotFound(f"there is no table '{table}'", near_miss(table, known) or "`tierwise show` lists them")
        if (step := step_named(table)) is not None and not (step.view or table in self.snapshot.tables):
            if step in DISCOVERY:
                raise NotFound(f"'{table}' is made by a search and not kept", "tierwise discover")
            if step in REPAIRS:
                raise NotFound(f"'{table}' is drawn by the audit and not kept", "tierwise audit")
            if step.stored:
                raise made_before(self.snapshot, table)
            raise NotFound(f"'{table}' lives only while a run needs it", "`tierwise show` lists what is kept")
        return read_table(self.reader, known[table], where, limit)

    def explain(self, account: str) -> Explanation:
        """Every reason for one account, by id, name or domain. Raises NotFound with the near miss."""
        account_id = find_account(self.reader, account)
        history = self._history(account_id)
        found = explain_account(self.reader, account_id, self.snapshot.as_of, history)
        if found.tier["tier"] != "excluded":
            return found
        _, left = retired(self.reader, self._ledgers.retired, self.snapshot.as_of, accounts=[account_id])
        return replace(found, retired=next(iter(left), None))

    def retired(self, limit: int | None = None) -> tuple[int, list[dict[str, Any]]]:
        """How many accounts were on a list and do not qualify any more, and the latest of them."""
        return retired(self.reader, self._ledgers.retired, self.snapshot.as_of, limit)

    def gone(self, account: str) -> Gone | None:
        """A retired account that left the records, by its id or domain; None where there is none of that name."""
        _, left = retired(self.reader, self._ledgers.retired, self.snapshot.as_of, accounts=ids_like(account))
        row = next((one for one in left if one["state"] != "excluded"), None)
        if row is None:
            return None
        history = self._ledgers.memberships.history(row["account_id"], self.snapshot.as_of)
        return Gone(row, [dict(one) for one in history])

    def _history(self, account_id: str) -> list[Mapping[str, Any]]:
        """Every applied move of an account up to the day of the list, under ids that it had before, too."""
        called = [account_id]
        with suppress(NotFound):  # an older list knows no ids of old
            found = self.reader.rows("select former_id from former_ids where account_id = :a order by 1", a=account_id)
            called += [row["former_id"] for row in found]
        rows = [row for name in called for row in self._ledgers.memberships.history(name, self.snapshot.as_of)]
        return sorted(rows, key=lambda row: row["id"])

    def visitors(self) -> Visitors:
        """How events found their accounts."""
        return visitors(self.reader, self.model.visitors, self.snapshot.as_of)

    def find(self, account: str) -> str:
        """The account_id for an id, name or domain. Raises NotFound with the near miss."""
        return find_account(self.reader, account)

    def sample(self, size: int, seed: int) -> list[dict[str, Any]]:
        """Accounts to rate, from every corner of this list."""
        return sample(self.reader, size, seed)

    def calibration(self, ratings: list[dict[str, Any]]) -> Calibration:
        """Ratings against each other and against this list."""
        return calibration(self.reader, ratings)

    def criteria(self, entries: Sequence[Said]) -> list[DraftCriterion]:
        """What sellers said, checked against the deals of this snapshot."""
        return drafts(self.reader, entries, fit.scope(self.model.columns))

    def deals(self, horizon_days: int) -> list[Deal]:
        """Deals old enough to be judged."""
        return deals(self.reader, self.snapshot.as_of, horizon_days)

    def scores(self, accounts: Sequence[str]) -> dict[tuple[str, str], float]:
        """Known scores by account and criterion."""
        return scores(self.reader, accounts)

    def align(self) -> Alignment:
        """What the leaders call the target, compared on this snapshot."""
        spec = self.model.specs["targets"]
        assert isinstance(spec, TargetsSpec)
        return align(self.reader, spec, self.snapshot.as_of)


def model_of(snapshot: Snapshot, today: Model) -> Model:
    """The model that a snapshot was made with: that of today where its hash is the same, or where the row keeps none."""
    return today if snapshot.model_hash == today.hash() or not snapshot.model else kept_model(snapshot)


def kept_model(snapshot: Snapshot) -> Model:
    """The model that the row of a run keeps. Raises StorageError when this version cannot read it."""
    try:
        return Model.model_validate(snapshot.model)
    except ValidationError as error:
        raise StorageError(
            f"run {snapshot.run_id} was made with a model that this version of Tierwise cannot read",
            f"make its list anew: tierwise run --as-of {snapshot.as_of} --force",
        ) from error


def read_table(reader: Reader, shape: Table, where: str = "", limit: int | None = None) -> pa.Table:
    """Rows of one table, in the order of its key; `where` is a condition like those of the model."""
    columns = [column(name, "t") for name in shape.names]
    sql = "select :columns from wanted t"
    parameters: dict[str, object] = {"columns": columns}
    if where:
        scope = Scope.of(t=shape.types)
        if problems := check_predicate(where, scope):
            raise UsageError(f"--where {where!r}: {problems[0].message}", problems[0].hint)
        sql += " where :condition"
        parameters["condition"] = predicate(where, scope)
    if shape.key:
        sql += " order by :key"
        parameters["key"] = [column(name, "t") for name in shape.key]
    if limit is not None:
        sql += " limit :most"
        parameters["most"] = limit
    return reader.fetch(query(sql, **parameters).reading(wanted=shape.name))
