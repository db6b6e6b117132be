"""The rows of a file as they land: typed, dated, with an identity; and the rows that do not, with why."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tierwise.connectors.content import Content, Refused, shorten
from tierwise.connectors.currencies import CURRENCIES
from tierwise.connectors.domains import MIXED_SCRIPT, domain_keys
from tierwise.connectors.source import SourceTable
from tierwise.connectors.sources.files.addresses.columns import complete_addresses, without_addresses, wrong_ranges
from tierwise.connectors.sources.files.keys import first_of_several
from tierwise.connectors.sources.files.totals import headings_again, totals
from tierwise.connectors.values import ARROW_TYPES, Cast, Format, as_text, cast_column, complain
from tierwise.core.errors import DataError
from tierwise.core.table import MONEY, TIMESTAMP, Column, Table
from tierwise.tables.landing import FACT_DATES

# Columns that identify a record in its source: a repeat is the same fact, or a later version of it. Invoices have
# one row per line, stage changes and research several per day: there only an equal row is a repeat.
IDENTITY = {
    "landing_accounts": ("account_key",),
    "landing_contacts": ("contact_key",),
    "landing_opportunities": ("opportunity_key",),
    "landing_subscriptions": ("subscription_key", "started_at", "plan"),
    "landing_events": ("event_key",),
    "landing_activities": ("activity_key",),
    "landing_nps": ("response_key",),
    "landing_products": ("product",),
}
REFUSED_SCHEMA = pa.schema(
    [("line", pa.int64()), ("reason", pa.string()), ("message", pa.string()), ("raw", pa.string())]
)
DELIVERED = "delivered_at"  # a bought fact is known when it is delivered, not when it happened
ASKED = "asked_at"  # who did not answer is known since they were asked
KNOWN_AT = Column("known_at", TIMESTAMP, "since when the company could know it")


@dataclass(frozen=True)
class Landed:
    """`rows` in the columns of the dictionary (batch_id still empty), `refused`, and counts by reason."""

    rows: pa.Table
    refused: tuple[Refused, ...]
    blanked: Mapping[str, int]
    warnings: tuple[str, ...]

    @property
    def rejections(self) -> dict[str, int]:
        return dict(Counter(refusal.reason for refusal in self.refused))

    def refused_table(self) -> pa.Table:
        """The refused rows: line, reason, message, raw."""
        return pa.table(
            [[getattr(row, name) for row in self.refused] for name in REFUSED_SCHEMA.names],
            schema=REFUSED_SCHEMA,
        )


def land_rows(
    content: Content,
    table: Table,
    spec: SourceTable,
    columns: Mapping[str, str],
    source: str,
    loaded_at: datetime,
) -> Landed:
    """Type, check and complete the rows of a file. Raises DataError, with every column that is ambiguous."""
    content = without_addresses(content, columns.get("ip"), spec.addresses == "whole")
    casts = _cast_all(content, table, spec, columns)
    refusals, blanked = _check(content, table, spec, columns, casts)
    keep = np.ones(content.table.num_rows, bool)
    keep[[index for index, _ in refusals]] = False
    names = [*columns, "known_at"] if "known_at" in casts else list(columns)
    typed = {name: _filter(casts[name].values, keep) for name in names}
    lines = content.lines[keep]
    several: list[str] = []
    first_of_several(typed, several)
    identity = _identity(typed, table, columns, spec)
    warnings = [*content.warnings, *several, *_repeats(identity, table, typed)]
    typed |= _constants(table, spec, len(lines))
    _complete_money(typed, casts, table, spec, keep, warnings)
    _add_domain_key(typed, table, warnings)
    complete_addresses(typed, table, warnings)
    _keep_bands(typed, casts, keep, warnings)
    _say_roles(typed, table, warnings)
    stamp = loaded_at.astimezone(UTC).replace(tzinfo=None)
    typed |= {
        "record_id": identity,
        "source": _repeat(source, pa.string(), len(lines)),
        "row_number": pa.chunked_array([pa.array(lines, pa.int64())]),
        "known_at": _known_at(typed, table, spec, stamp, len(lines), warnings),
        "loaded_at": _repeat(stamp, pa.timestamp("us"), len(lines)),
    }
    rows = pa.table(
        [typed.get(c.name, _repeat(None, ARROW_TYPES[c.type], len(lines))) for c in table.columns],
        schema=pa.schema([(c.name, ARROW_TYPES[c.type]) for c in table.columns]),
    )
    return Landed(rows, content.refused + tuple(r for _, r in refusals), blanked, tuple(warnings))


def nothing(table: Table) -> Landed:
    """What an empty file lands as."""
    schema = pa.schema([(c.name, ARROW_TYPES[c.type]) for c in table.columns])
    return Landed(schema.empty_table(), (), {}, ("the file is empty",))


def _cast_all(content: Content, table: Table, spec: SourceTable, columns: Mapping[str, str]) -> dict[str, Cast]:
    wanted = {name: (table.column(name), heading) for name, heading in columns.items()}
    if spec.known_at is not None:
        wanted["known_at"] = (KNOWN_AT, spec.known_at)
    casts: dict[str, Cast] = {}
    problems: list[DataError] = []
    for name, (column, heading) in wanted.items():
        values = content.table.column(heading)
        try:
            casts[name] = cast_column(values, column, _format(spec, name, content.serial_epoch))
        except DataError as error:
            where = f"{name} ({heading!r}): " if heading != name else f"{name}: "
            problems.append(DataError(where + error.message, error.hint))
    if problems:
        raise DataError("\n".join(str(problem) for problem in problems))
    return casts


def _format(spec: SourceTable, column: str, serial_epoch: str = "") -> Format:
    words = spec.words.get(column, {})
    return Format(spec.date_format(column), spec.decimal, spec.currency, serial_epoch, words)


def _check(
    content: Content, table: Table, spec: SourceTable, columns: Mapping[str, str], casts: Mapping[str, Cast]
) -> tuple[list[tuple[int, Refused]], dict[str, int]]:
    """Row indexes with their refusals, and how many unreadable values were blanked instead."""
    reasons: dict[int, list[tuple[str, str]]] = {}
    blanked: dict[str, int] = {}
    headings = {**columns, "known_at": spec.known_at or ""}
    for name, cast in casts.items():
        column = KNOWN_AT if name == "known_at" else table.column(name)
        bad = np.flatnonzero(cast.bad)
        if len(bad) and spec.bad_values == "blank" and not column.required:
            blanked[f"{name}: not {cast.expected}"] = len(bad)
        elif len(bad):
            texts = as_text(content.table.column(headings[name]).take(pa.array(bad))).to_pylist()
            for i, text in zip(bad.tolist(), texts, strict=True):
                message = complain(int(content.lines[i]), name, text.strip(), cast, column)
                reasons.setdefault(i, []).append((f"{name}: not {cast.expected}", message))
        if column.required:
            empty = np.flatnonzero(pc.is_null(cast.values).to_numpy() & ~cast.bad)
            for i in empty.tolist():
                message = f"line {content.lines[i]}: {name} is empty"
                reasons.setdefault(i, []).append((f"{name}: empty", message))
    for i, message in wrong_ranges(casts, table, content.lines):
        reasons.setdefault(i, []).append(("range: not one", message))
    for i in np.flatnonzero(_all_missing(casts, content.table.num_rows)).tolist():
        reasons.setdefault(i, []).append(("no value", f"line {content.lines[i]}: no mapped column has a value"))
    for i in totals(content):
        reasons[i] = [("a total", f"line {content.lines[i]}: a total of the rows above, and no record")]
    for i in headings_again(content):
        reasons[i] = [("a heading", f"line {content.lines[i]}: a heading again, and no record")]
    for i, found, said in _contradictions(casts, spec, table):
        message = f"line {content.lines[i]}: amount in {found}, but its currency is {said}"
        reasons.setdefault(i, []).append(("currency: contradicts the amount", message))
    return _refusals(content, reasons), blanked


def _all_missing(casts: Mapping[str, Cast], count: int) -> np.ndarray:
    """Rows without a single value; they would land as nothing."""
    missing = np.ones(count, bool)
    for cast in casts.values():
        missing &= pc.is_null(cast.values).to_numpy() & ~cast.bad
    return missing


def _refusals(content: Content, reasons: Mapping[int, list[tuple[str, str]]]) -> list[tuple[int, Refused]]:
    order = sorted(reasons)
    taken = content.table.take(pa.array(order, pa.int64()))
    # Python's calendar is shorter than Arrow's
    shown = [as_text(column) if pa.types.is_temporal(column.type) else column for column in taken.columns]
    raws = pa.table(shown, names=taken.column_names).to_pylist()
    result = []
    for i, raw in zip(order, raws, strict=True):
        first, *more = reasons[i]
        message = "; ".join([first[1], *(text.partition(": ")[2] for _, text in more)])
        text = shorten(json.dumps(raw, ensure_ascii=False, default=str))
        result.append((i, Refused(int(content.lines[i]), first[0], message, text)))
    return result


def _contradictions(casts: Mapping[str, Cast], spec: SourceTable, table: Table) -> list[tuple[int, str, str]]:
    """Rows whose amount carries one currency and whose currency column, or the declaration, says another."""
    signs = [cast.currency for cast in casts.values() if cast.currency is not None]
    if not signs:
        return []
    if "currency" in casts:
        said = casts["currency"].values
    elif "currency" not in table.names and spec.currency:
        said = _repeat(spec.currency, pa.string(), len(signs[0]))
    else:
        said = signs[0]
    result = []
    for sign in signs:
        different = pc.fill_null(pc.not_equal(sign, said), False).to_numpy()
        result += [(i, sign[i].as_py(), said[i].as_py()) for i in np.flatnonzero(different).tolist()]
    return result


def _complete_money(
    typed: dict[str, pa.ChunkedArray],
    casts: Mapping[str, Cast],
    table: Table,
    spec: SourceTable,
    keep: np.ndarray,
    warnings: list[str],
) -> None:
    """Currency of each row, minor units, and the amounts that follow from others."""
    count = int(keep.sum())
    if "currency" in table.names:
        known = [typed["currency"]] if "currency" in typed else []
        known += [_filter(cast.currency, keep) for cast in casts.values() if cast.currency is not None]
        typed["currency"] = pc.coalesce(*known, _repeat(spec.currency, pa.string(), count))
    if spec.minor_units:
        currency = typed.get("currency", _repeat(spec.currency, pa.string(), count))
        for name in [n for n in typed if n in table.names and table.column(n).type == MONEY]:
            typed[name] = _major_units(typed[name], currency)
    if table.name == "landing_invoices" and {"quantity", "unit_price"} <= typed.keys():
        product = pc.multiply(typed["quantity"], typed["unit_price"].cast(pa.float64()))
        computed = pc.round(product, ndigits=4).cast(pa.decimal128(18, 4))
        typed["amount"] = pc.coalesce(typed["amount"], computed) if "amount" in typed else computed
    if table.name == "landing_subscriptions" and {"amount", "interval_months"} <= typed.keys():
        months = pc.if_else(pc.greater(typed["interval_months"], 0), typed["interval_months"], None)
        share = pc.divide(typed["amount"].cast(pa.float64()), months.cast(pa.float64()))
        computed = pc.round(share, ndigits=4).cast(pa.decimal128(18, 4))
        typed["mrr"] = pc.coalesce(typed["mrr"], computed) if "mrr" in typed else computed
        if missing := pc.sum(pc.and_(pc.is_valid(typed["amount"]), pc.is_null(typed["mrr"]))).as_py():
            warnings.append(f"{missing:,} subscriptions have an amount but no interval: their mrr is not known")


def _major_units(values: pa.ChunkedArray, currency: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole cents as amounts: divided by 10 to the digits of the currency; two where none is known."""
    encoded = currency.combine_chunks().dictionary_encode()
    digits = [CURRENCIES.get(code, 2) for code in encoded.dictionary.to_pylist()]
    factors = pa.array([10.0**-d for d in digits], pa.float64()).take(encoded.indices)
    amounts = pc.multiply(values.combine_chunks().cast(pa.float64()), pc.fill_null(factors, 0.01))
    return pa.chunked_array([pc.round(amounts, ndigits=4).cast(pa.decimal128(18, 4))])


def _add_domain_key(typed: dict[str, pa.ChunkedArray], table: Table, warnings: list[str]) -> None:
    if "domain_key" not in table.names:
        return
    keys = []
    for name in ("domain", "email"):
        if name in typed:
            found, flags = domain_keys(typed[name])
            keys.append(found)
            if name == "email" and "email_key" in table.names:
                typed["email_key"] = found
            if suspicious := flags.get(MIXED_SCRIPT):
                warnings.append(f"{name}: {suspicious:,} domains mix alphabets that look alike")
    if keys:
        typed["domain_key"] = pc.coalesce(*keys)


def _keep_bands(
    typed: dict[str, pa.ChunkedArray], casts: Mapping[str, Cast], keep: np.ndarray, warnings: list[str]
) -> None:
    """What was written where a size was a band, beside the number that stands for it."""
    for name, cast in casts.items():
        if cast.bands is None or not (count := len(written := _filter(cast.bands, keep)) - written.null_count):
            continue
        typed[f"{name}_band"] = written
        example = written.drop_null()[0].as_py()
        middle = typed[name].filter(pc.is_valid(written))[0].as_py()
        warnings.append(f"{name}: {count:,} of {len(written):,} are bands; {example!r} counts as {middle:,.0f}")


def _say_roles(typed: Mapping[str, pa.ChunkedArray], table: Table, warnings: list[str]) -> None:
    """Findings without a role weigh what `readiness: default_role` says, which by default opens no gate: that is said."""
    if table.name != "landing_evidence":
        return
    findings = len(typed["respondent"])
    silent = typed["role"].null_count if "role" in typed else findings
    if silent:
        warnings.append(
            f"{silent:,} of {findings:,} findings do not say the respondent's role: by default they count as an outsider's, "
            "who opens no gate. Map a heading to role, or say it for the file (`constants: {role: owner}`), for empty cells "
            "(`values: {role: {'': owner}}`) or for all (`readiness: {default_role: owner}`); economic, owner and user open it"
        )


def _known_at(
    typed: Mapping[str, pa.ChunkedArray],
    table: Table,
    spec: SourceTable,
    loaded_at: datetime,
    count: int,
    warnings: list[str],
) -> pa.ChunkedArray:
    """Since when each row could be known (rulings, Time): declared, else its own date, else by its history."""
    unknown = None if spec.history == "assumed" else loaded_at
    fallback = _repeat(unknown, pa.timestamp("us"), count)
    if "known_at" in typed:
        if missing := typed["known_at"].null_count:
            warnings.append(f"{missing:,} rows have no {spec.known_at!r}: known since they were loaded")
        return pc.coalesce(typed["known_at"], _repeat(loaded_at, pa.timestamp("us"), count))
    dates = [name for name in (DELIVERED, FACT_DATES.get(table.name, ""), ASKED) if name in typed]
    return pc.coalesce(*(typed[name].cast(pa.timestamp("us")) for name in dates), fallback)


def _identity(
    typed: Mapping[str, pa.ChunkedArray], table: Table, columns: Mapping[str, str], spec: SourceTable
) -> pa.ChunkedArray:
    """The record's own key, else a hash of its values; with `duplicates: keep`, equal rows are numbered."""
    keys = IDENTITY.get(table.name, ())
    values = {name: typed[name] for name in columns}
    if not keys or keys[0] not in typed:
        hashed = _hashes(values)
        return _numbered(hashed) if spec.duplicates == "keep" else hashed
    parts = [typed[name].cast(pa.string()) for name in keys if name in typed]
    own = (
        parts[0]
        if len(parts) == 1
        else pc.binary_join_element_wise(parts[0], *(pc.fill_null(part, "") for part in parts[1:]), "|")
    )
    return pc.coalesce(own, _hashes(values)) if own.null_count else own


def _hashes(values: Mapping[str, pa.ChunkedArray]) -> pa.ChunkedArray:
    """MD5 over the typed values, whatever way the file wrote them; missing ones do not count."""
    named = [
        pc.binary_join_element_wise(f"{name}=", column.cast(pa.string()), "") for name, column in sorted(values.items())
    ]
    joined = pc.binary_join_element_wise(*named, "\x1f", null_handling="skip")
    chunks = [
        pa.array(
            [hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in chunk.to_pylist()],
            pa.string(),
        )
        for chunk in joined.chunks
    ]
    return pa.chunked_array(chunks, pa.string())


def _numbered(identity: pa.ChunkedArray) -> pa.ChunkedArray:
    """Second and later occurrences get `#2`, `#3`."""
    codes = identity.combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    group_starts = np.concatenate([[True], np.diff(codes[order]) != 0]) if len(order) else np.empty(0, bool)
    positions = np.arange(len(order))
    within = positions - np.maximum.accumulate(np.where(group_starts, positions, 0))
    occurrence = np.empty(len(order), np.int64)
    occurrence[order] = within + 1
    suffix = pc.if_else(
        pa.array(occurrence > 1),
        pc.binary_join_element_wise("#", pa.array(occurrence).cast(pa.string()), ""),
        "",
    )
    return pa.chunked_array([pc.binary_join_element_wise(identity.combine_chunks(), suffix, "")])


def _repeats(identity: pa.ChunkedArray, table: Table, typed: Mapping[str, pa.ChunkedArray]) -> list[str]:
    repeated = len(identity) - pc.count_distinct(identity).as_py()
    if not repeated:
        return []
    own = IDENTITY.get(table.name, ("",))[0] in typed
    how = "repeat a key: the latest version counts" if own else "equal an earlier row: each counts once"
    return [f"{repeated:,} rows {how}"]


def _constants(table: Table, spec: SourceTable, count: int) -> dict[str, pa.ChunkedArray]:
    """The declared constants as typed columns. Raises DataError for one that its type does not allow."""
    result = {}
    for name, text in spec.constants.items():
        column = table.column(name)
        cast = cast_column(pa.chunked_array([pa.array([text], pa.string())]), column, _format(spec, name))
        if cast.bad[0]:
            raise DataError(f"constants: {name} {text!r} is not {cast.expected}")
        result[name] = _repeat(cast.values[0].as_py(), ARROW_TYPES[column.type], count)
    return result


def _filter(values: pa.ChunkedArray, keep: np.ndarray) -> pa.ChunkedArray:
    return values if keep.all() else values.filter(pa.array(keep))


def _repeat(value: object, kind: pa.DataType, count: int) -> pa.ChunkedArray:
    return pa.chunked_array([pa.repeat(pa.scalar(value, kind), count)])
