"""What the sources say now against what they said for the list in force: columns, rows, and the list that comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tierwise.core.errors import near_miss
from tierwise.model.model import Model
from tierwise.pipeline.plan.holds import Hold
from tierwise.stores.landing import Batch
from tierwise.stores.runs import Snapshot
from tierwise.stores.workspace import Workspace

COLUMN, ROWS, VALUES, LIST = "vanished_column", "fewer_rows", "fewer_values", "list_change"
FEW = 10  # where so many values are to be expected, none is no chance
LISTED = ("1", "2")

Tables = Mapping[tuple[str, str], Sequence[Batch]]


def broken_contracts(model: Model, workspace: Workspace, batches: Sequence[Batch], before: Snapshot) -> list[Hold]:
    """What a table of the model lost since the list `before`, beyond its limits; tables that are new have nothing to lose."""
    earlier, now = _earlier(workspace, before), _by_table(batches)
    return [
        hold
        for name, source in model.sources.items()
        for kind in source.described
        if (then := earlier.get((name, kind)))
        for hold in _of_table(f"{name}/{kind}", then, now.get((name, kind), ()), model, source.fewer_rows)
    ]


def changed_list(
    model: Model, before: Snapshot, tiers: Mapping[str, int], flow: Mapping[tuple[str, str], int]
) -> list[Hold]:
    """Tiers 1 and 2 that are no longer those of `before`, although the model is; `flow` counts moves by their two ends.

    A list that changes because the model does was meant to: nothing is held back.
    """
    if before.model_hash != model.hash():
        return []
    left = sum(n for (old, new), n in flow.items() if old in LISTED and new not in LISTED)
    entered = sum(n for (old, new), n in flow.items() if new in LISTED and old not in LISTED)
    seated = sum(tiers.get(tier, 0) for tier in LISTED)
    were, limit = seated - entered + left, model.contract.list_change
    if were < model.contract.least_seats or max(left / were, entered / seated if seated else 0) <= limit:
        return []
    says = (
        f"of {were:,} accounts in tiers 1 and 2 {left:,} leave, and of {seated:,} then there {entered:,} are new, "
        f"beyond {limit:.0%} (contract.list_change), while the model is as it was"
    )
    return [Hold(LIST, says)]


def _of_table(
    table: str, then: Sequence[Batch], now: Sequence[Batch], model: Model, own_limit: float | None
) -> Iterator[Hold]:
    """One table: rows first; a table without rows has lost its columns, too, and says so once."""
    limit = model.contract.fewer_rows if own_limit is None else own_limit
    had, has = sum(batch.loaded for batch in then), sum(batch.loaded for batch in now)
    named = "contract.fewer_rows" if own_limit is None else f"sources.{table.partition('/')[0]}.fewer_rows"
    if had and not has:
        yield Hold(ROWS, f"{table} has no rows, and had {had:,}")
        return
    if had >= model.contract.least_rows and (had - has) / had > limit:
        fall = (had - has) / had
        yield Hold(ROWS, f"{table} has {has:,} rows, and had {had:,}: {fall:.0%} fewer, beyond {limit:.0%} ({named})")
    old = {batch.batch_id for batch in then}
    filled = [batch for batch in then if batch.loaded]
    everywhere = set.intersection(*(set(batch.mapping) for batch in filled)) if filled else set()
    for batch in now:
        if batch.batch_id not in old and batch.loaded:
            yield from (
                _vanished(table, column, filled[-1], batch)
                for column in sorted(everywhere - set(batch.mapping))
                if filled[-1].mapping[column] not in batch.unused  # still there: it is the model that reads it no more
            )
            yield from _emptied(table, everywhere & set(batch.mapping), filled, batch, model)


def _emptied(table: str, columns: set[str], then: Sequence[Batch], now: Batch, model: Model) -> Iterator[Hold]:
    """Columns that are still there and say nothing any more; few values come and go by chance, unless all are gone."""
    had, rows, has = [batch.filled() for batch in then], sum(batch.loaded for batch in then), now.filled()
    limit = model.contract.fewer_values
    for column in sorted(columns):
        share, values = sum(filled.get(column, 0) for filled in had) / rows, has.get(column, 0)
        expected = share * now.loaded
        fall = 1.0 - values / expected if expected else 0.0
        if fall > limit and (expected >= model.contract.least_rows or (not values and expected >= FEW)):
            says = (
                f"{column} of {table}, from '{now.mapping[column]}', is filled in {values / now.loaded:.0%} of {now.loaded:,} "
                f"rows of {now.file}, and was in {share:.0%}: {fall:.0%} fewer, beyond {limit:.0%} (contract.fewer_values)"
            )
            yield Hold(VALUES, says)


def _vanished(table: str, column: str, then: Batch, now: Batch) -> Hold:
    heading = then.mapping[column]
    hint = near_miss(heading, now.unused) or (f"headings not used: {', '.join(now.unused)}" if now.unused else "")
    says = f"{column} of {table} was read from '{heading}', and {now.file} has no such heading now"
    return Hold(COLUMN, f"{says} ({hint})" if hint else says)


def _earlier(workspace: Workspace, before: Snapshot) -> Tables:
    """The batches that a list was made from."""
    wanted = set(before.inputs)
    tables = {(source, table) for source, table, _ in (name.split("/", 2) for name in wanted)}
    return _by_table([b for place in sorted(tables) for b in workspace.landing.batches(*place) if b.name in wanted])


def _by_table(batches: Sequence[Batch]) -> Tables:
    found: dict[tuple[str, str], list[Batch]] = {}
    for batch in batches:
        found.setdefault((batch.source, batch.table), []).append(batch)
    return found
