"""Columns of addresses as they land: networks in the place of visitors' addresses, ranges as digits, percent as shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.addresses.digits import Range, between, network, range_of, shown
from tierwise.connectors.values import Cast, as_text, blank_to_null
from tierwise.core.table import Table

RANGES = "landing_ip_ranges"
SHARES = ("confidence", "domain_confidence")
# How MaxMind, IP2Location, DB-IP, ipinfo and people call the columns of a file of ranges, as plain words. Such a file comes
# when `init` has long been run, so that they are known when it lands.
HEADINGS: dict[str, tuple[str, ...]] = {
    "range": ("range", "network", "cidr", "ip range", "prefix", "subnet"),
    "first_ip": ("first ip", "start ip", "ip from", "ip start", "range start"),
    "last_ip": ("last ip", "end ip", "ip to", "ip end", "range end"),
    "owner": ("owner", "organization", "organisation", "company name", "company", "isp",
              "autonomous system organization", "name"),
    "domain": ("domain", "company domain", "website"),
    "kind": ("kind", "usage type", "user type", "type"),
    "confidence": ("confidence", "accuracy"),
    "updated_at": ("updated at", "updated", "last seen"),
}  # fmt: skip
KEYS: Mapping[str, Callable[[Range], str]] = {
    "first_key": lambda found: found.first,
    "last_key": lambda found: found.last,
    "bucket": lambda found: found.bucket,
    "width_key": lambda found: found.width,
}


def without_addresses(content: Content, heading: str | None, whole: bool) -> Content:
    """A file with networks in the place of addresses: what follows, refused rows too, never sees one."""
    if heading is None:
        return content
    texts = blank_to_null(as_text(content.table[heading]))
    kept = _each(texts, lambda text: shown(found) if (found := network(text, whole)) else None)
    place = content.table.column_names.index(heading)
    lost = kept.null_count - texts.null_count
    said = (f"ip: {lost:,} of {len(texts):,} are private or no addresses: they count as missing",) if lost else ()
    table = content.table.set_column(place, heading, kept)
    return replace(content, table=table, warnings=(*content.warnings, *said))


def wrong_ranges(casts: Mapping[str, Cast], table: Table, lines: np.ndarray) -> Iterator[tuple[int, str]]:
    """Rows of a file of ranges that say none, and why: place of the row, message."""
    if table.name != RANGES:
        return
    columns = {name: cast.values for name, cast in casts.items()}
    for place, (whole, first, last) in enumerate(_written(columns, len(lines))):
        try:
            _range(whole, first, last)
        except ValueError as error:
            yield place, f"line {lines[place]}: {error}"


def complete_addresses(typed: dict[str, pa.ChunkedArray], table: Table, warnings: list[str]) -> None:
    """What loading computes: digits of networks and of ranges; shares where a file writes percent."""
    if "ip" in typed and "ip_key" in table.names:
        typed["ip_key"] = _each(typed["ip"], lambda text: network(text, whole=True) or None)
    if table.name == RANGES:
        rows = len(next(iter(typed.values())))
        found = [_range(*written) for written in _written(typed, rows)]
        for name, key in KEYS.items():
            typed[name] = pa.chunked_array([pa.array([key(one) for one in found], pa.string())])
    for name in SHARES:
        if name in typed and name in table.names:
            typed[name] = _shares(name, typed[name], warnings)


def _range(whole: str | None, first: str | None, last: str | None) -> Range:
    if whole:
        return range_of(whole)
    if not first or not last:
        raise ValueError("no range: neither `range` nor `first_ip` and `last_ip` has a value")
    return between(first, last)


def _written(columns: Mapping[str, pa.ChunkedArray], rows: int) -> Iterator[tuple[str | None, str | None, str | None]]:
    names = ("range", "first_ip", "last_ip")
    return zip(*(columns[n].to_pylist() if n in columns else [None] * rows for n in names), strict=True)


def _each(texts: pa.ChunkedArray, change: Callable[[str], str | None]) -> pa.ChunkedArray:
    """Each value changed, each distinct one once."""
    encoded = texts.combine_chunks().dictionary_encode()
    changed = [None if text is None else change(text) for text in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(changed, pa.string()).take(encoded.indices)])


def _shares(name: str, values: pa.ChunkedArray, warnings: list[str]) -> pa.ChunkedArray:
    """Percent where some value is above 1; outside of 0 to 100 it is no share and counts as missing."""
    percent = (pc.max(values).as_py() or 0.0) > 1.0
    shares = pc.divide(values, 100.0) if percent else values
    fits = pc.and_(pc.greater_equal(shares, 0.0), pc.less_equal(shares, 1.0))
    if percent:
        warnings.append(f"{name}: read as percent, for some are above 1")
    if lost := int(pc.sum(pc.invert(fits)).as_py() or 0):
        warnings.append(f"{name}: {lost:,} are no share of 1 or of 100: they count as missing")
    return pc.if_else(fits, shares, pa.scalar(None, pa.float64()))
