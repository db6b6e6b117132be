"""An address of the internet as digits: `4` or `6` for its kind, then hexadecimal. Texts of one kind compare as addresses do.

203.0.113.7 is `4cb007107`. A network is what its addresses begin with: 203.0.113.0/24 is `4cb0071`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

BITS = {"4": 32, "6": 128}
# How many digits of an address are kept where whole addresses are not: a /24, and a /48, which is one site (RFC 6177).
KEPT = {"4": 6, "6": 12}
PORT = re.compile(r"^\[?(?P<six>[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:%\w+)?(?:\]:\d+|\])?$")
MAPPED = "6" + "0" * 20 + "ffff"  # an IPv4 address written as IPv6 (RFC 4291, 2.5.5.2)
WHOLE_NUMBER = re.compile(r"\d{1,39}")
# Set aside for documentation and tests (RFC 5737, RFC 3849); as with domains, simulated companies live there.
RESERVED = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))


@dataclass(frozen=True)
class Range:
    """First and last address of a range, in digits of one kind and length."""

    first: str
    last: str

    @property
    def bucket(self) -> str:
        """The digits that all its addresses begin with."""
        same = next((n for n, (a, b) in enumerate(zip(self.first, self.last, strict=True)) if a != b), len(self.first))
        return self.first[:same]

    @property
    def width(self) -> str:
        """How many addresses it has beyond one, in as many digits as an address."""
        return f"{int(self.last[1:], 16) - int(self.first[1:], 16):0{len(self.first) - 1}x}"


def address(text: str) -> str:
    """The digits of an address; empty for what is none. A port and a zone are left out, of several the first counts."""
    found = text.partition(",")[0].strip()
    if found.count(":") == 1:
        found = found.partition(":")[0]
    elif written := PORT.match(found):
        found = written["six"]
    try:
        return "4" + inet_pton(AF_INET, found).hex()
    except (OSError, ValueError, UnicodeError):
        pass
    try:
        digits = "6" + inet_pton(AF_INET6, found).hex()
    except (OSError, ValueError, UnicodeError):
        return ""
    return "4" + digits[len(MAPPED) :] if digits.startswith(MAPPED) else digits


def network(text: str, whole: bool) -> str:
    """The digits of an address that are kept; empty where it is none or nobody's (private, loopback, link-local).

    A network (`203.0.113.0/24`) has no more digits than it says.
    """
    written, slash, length = text.strip().partition("/")
    digits = address(written)
    if not digits or _is_nobodys(digits):
        return ""
    kept = len(digits) - 1 if whole else KEPT[digits[0]]
    if slash:
        if not length.isdigit() or int(length) > BITS[digits[0]]:
            return ""
        kept = min(kept, int(length) // 4)
    return digits[: kept + 1]


def shown(digits: str) -> str:
    """A network as people write it: `4cb0071` is 203.0.113.0/24, all digits of an address are the address."""
    bits = BITS[digits[0]]
    text = _text(digits[0] + digits[1:].ljust(bits // 4, "0"))
    return text if len(digits) - 1 == bits // 4 else f"{text}/{4 * (len(digits) - 1)}"


def range_of(text: str) -> Range:
    """`203.0.113.0/24`, `203.0.113.0-203.0.113.63` or one address. Raises ValueError saying what is wrong."""
    written, slash, length = text.strip().partition("/")
    if not slash:
        first, dash, last = text.partition("-")
        return between(first, last if dash else first)
    digits = _bound(written)
    bits = BITS[digits[0]]
    if not length.isdigit() or int(length) > bits:
        raise ValueError(f"/{length} is no length of a network of IPv{digits[0]}: it has {bits} bits")
    free, number = bits - int(length), int(digits[1:], 16)
    low = number >> free << free
    return Range(_digits(digits[0], low), _digits(digits[0], low + (1 << free) - 1))


def between(first: str, last: str) -> Range:
    """The range from one address to another, each dotted, with colons, or a whole number. Raises ValueError."""
    low, high = _bound(first), _bound(last)
    if low[0] != high[0]:
        raise ValueError(f"{first.strip()} and {last.strip()} are not of one kind: one is IPv4, one IPv6")
    if high < low:
        raise ValueError(f"the last address, {last.strip()}, comes before the first, {first.strip()}")
    return Range(low, high)


def _bound(text: str) -> str:
    """The digits of an end of a range; databases write it as a whole number, too."""
    if WHOLE_NUMBER.fullmatch(text.strip()):
        number = int(text)
        if number < 1 << 32:
            return _digits("4", number)
        if number < 1 << 128:
            digits = _digits("6", number)
            return "4" + digits[len(MAPPED) :] if digits.startswith(MAPPED) else digits
    elif digits := address(text):
        return digits
    raise ValueError(f"{text.strip()!r} is no address")


def _is_nobodys(digits: str) -> bool:
    found = ip_address(_text(digits))
    return not (found.is_global or any(found in reserved for reserved in RESERVED))


def _digits(kind: str, number: int) -> str:
    return f"{kind}{number:0{BITS[kind] // 4}x}"


def _text(digits: str) -> str:
    return inet_ntop(AF_INET if digits[0] == "4" else AF_INET6, bytes.fromhex(digits[1:]))
