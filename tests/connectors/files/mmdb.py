"""Writes databases of addresses, byte by byte as the MaxMind DB specification (2.0) lays them out."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

MARKER = b"\xab\xcd\xefMaxMind.com"
MAP, TEXT, SHORT, LONG, LONGER, ARRAY, TRUTH = 7, 2, 5, 6, 9, 11, 14
Node = list[Any]


def mmdb(networks: Mapping[str, Mapping[str, Any]], made: int = 1_700_000_000, kind: str = "Test-Owners") -> bytes:
    """A database of both kinds of addresses: a search tree of 24-bit records, the records, what is said of the file."""
    root: Node = [None, None]
    for text, record in networks.items():
        _insert(root, text, encode(record))
    nodes = _listed(root)
    places = {id(node): place for place, node in enumerate(nodes)}
    data, offsets = b"", dict[bytes, int]()
    tree = b""
    for node in nodes:
        for end in node:
            if isinstance(end, bytes) and end not in offsets:
                offsets[end] = len(data)
                data += end
            number = (
                len(nodes) if end is None
                else places[id(end)] if isinstance(end, list)
                else len(nodes) + 16 + offsets[end]
            )  # fmt: skip
            tree += number.to_bytes(3, "big")
    about = {
        "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": (LONGER, made),
        "database_type": kind, "description": {"en": "for tests"}, "ip_version": 6, "languages": [],
        "node_count": (LONG, len(nodes)), "record_size": 24,
    }  # fmt: skip
    return tree + bytes(16) + data + MARKER + encode(about)


def _insert(root: Node, text: str, record: bytes) -> None:
    network = ip_network(text)
    bits = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
    bits = "0" * (96 if network.version == 4 else 0) + bits
    node = root
    for bit in bits[:-1]:
        if node[int(bit)] is None:
            node[int(bit)] = [None, None]
        node = node[int(bit)]
    node[int(bits[-1])] = record


def _listed(node: Node) -> list[Node]:
    return [node, *(inner for end in node if isinstance(end, list) for inner in _listed(end))]


def encode(value: Any) -> bytes:
    """A value of the data section: a control byte with its type and size, then its bytes."""
    if isinstance(value, bool):
        return _head(TRUTH, int(value))
    if isinstance(value, str):
        return _head(TEXT, len(value.encode())) + value.encode()
    if isinstance(value, int):
        return encode((SHORT, value))
    if isinstance(value, tuple):  # a whole number of a certain size
        kind, number = value
        written = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return _head(kind, len(written)) + written
    if isinstance(value, Mapping):
        return _head(MAP, len(value)) + b"".join(encode(key) + encode(inner) for key, inner in value.items())
    return _head(ARRAY, len(value)) + b"".join(map(encode, value))


def _head(kind: int, size: int) -> bytes:
    lead, extended = (kind << 5, b"") if kind <= 7 else (0, bytes([kind - 7]))
    if size < 29:
        return bytes([lead | size]) + extended
    return bytes([lead | 29]) + extended + bytes([size - 29])  # up to 284 is enough for tests
