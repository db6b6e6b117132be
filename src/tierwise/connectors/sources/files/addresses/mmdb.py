"""Databases of addresses as MaxMind and others publish them (MMDB): every network with what it says of its owner."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from tierwise.connectors.content import Content
from tierwise.core.errors import DataError

SUFFIX = ".mmdb"
# Where such databases say what: MaxMind's own (Enterprise, ISP, Domain, Anonymous IP), ipinfo, IP2Location, DB-IP.
PATHS: Mapping[str, tuple[str, ...]] = {
    "owner": ("company.name", "traits.organization", "organization", "as_name", "traits.isp", "isp", "org", "name",
              "autonomous_system_organization"),
    "domain": ("company.domain", "traits.domain", "domain", "as_domain"),
    "kind": ("company.type", "traits.user_type", "user_type", "usage_type", "type"),
}  # fmt: skip
# What is true of a network that hides who is behind it goes before what its owner does.
FLAGS = ("tor_exit_node", "anonymous_vpn", "residential_proxy", "public_proxy", "hosting_provider")
MAKING = "updated_at"


def read_mmdb(data: bytes, declared: Sequence[str] = ()) -> Content:
    """A row per network: `range`, `owner`, `domain`, `kind`, the day on which the file was made, and the paths of `map`.

    A path leads into a record (`traits.domain`). Networks of which nothing is said are left out, and counted. `lines` are
    places in the file. Raises DataError.
    """
    try:
        import maxminddb
    except ImportError as error:
        raise DataError("an MMDB file needs the package maxminddb", "pip install 'tierwise[ip]'") from error
    asked = [path for path in declared if path not in ("range", *PATHS, MAKING)]
    found: dict[str, list[str | None]] = {name: [] for name in ("range", *PATHS, *asked)}
    lines: list[int] = []
    place = 0
    with tempfile.NamedTemporaryFile(suffix=SUFFIX) as file:
        file.write(data)
        file.flush()
        try:
            with maxminddb.open_database(file.name) as reader:
                made = datetime.fromtimestamp(reader.metadata().build_epoch, UTC)
                for place, (network, record) in enumerate(reader, start=1):
                    said = _said(record, asked)
                    if any(said):
                        lines.append(place)
                        for column, value in zip(found.values(), (str(network), *said), strict=True):
                            column.append(value)
        except (maxminddb.InvalidDatabaseError, ValueError, OSError, OverflowError, RecursionError, TypeError) as error:
            why = str(error).replace(f" ({file.name})", "").replace(file.name, "it")
            raise DataError(f"the MMDB file cannot be read: {why}", "Download it again.") from error
    if not lines:
        raise DataError(
            f"no network of {place:,} says an owner, a domain or a kind",
            "a database of places or of systems names no companies; or say under `map` where they stand: {domain: a.path}",
        )
    left = place - len(lines)
    warnings = (f"{left:,} of {place:,} networks say nothing of an owner: left out",) if left else ()
    columns = {**found, MAKING: [made.isoformat()] * len(lines)}
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return Content(table, np.array(lines, np.int64), len(lines), encoding="mmdb", warnings=warnings)


def _said(record: Any, asked: Sequence[str]) -> list[str | None]:
    """What a record says: owner, domain, kind, and what was asked for."""
    plain = [next((text for path in paths if (text := _at(record, path))), None) for paths in PATHS.values()]
    kind = next((flag for flag in FLAGS if _at(record, f"is_{flag}") or _at(record, f"traits.is_{flag}")), plain[2])
    return [plain[0], plain[1], kind, *(_at(record, path) for path in asked)]


def _at(record: Any, path: str) -> str | None:
    """The text at the end of a path into a record; None where there is none, or where it is false."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return str(record) if record and not isinstance(record, dict | list) else None
