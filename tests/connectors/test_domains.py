"""One company, one key: the golden table of domains."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.domains import Domain, domain_keys, free_mail_domains, normalize_domain

KEYS = {
    "acme.com": "acme.com",
    "ACME.com": "acme.com",
    " acme.com. ": "acme.com",
    "www.acme.com": "acme.com",
    "shop.eu.acme.com": "acme.com",
    "https://www.acme.co.uk:8080/a?b=c#d": "acme.co.uk",
    "http://user:secret@acme.com/": "acme.com",
    "//acme.com/path": "acme.com",
    "acme.com/about": "acme.com",
    "acme.com?utm=1": "acme.com",
    "info@mail.acme.com": "acme.com",
    "mailto:jo@acme.de": "acme.de",
    "acme.com, acme.de": "acme.com",
    "my_host.acme.com": "acme.com",
    "Bücher.de": "xn--bcher-kva.de",
    "xn--bcher-kva.de": "xn--bcher-kva.de",
    "faß.de": "xn--fa-hia.de",
    "ACME。com": "acme.com",
    "acme．com": "acme.com",
    "ac\u200bme.com": "acme.com",
    "\ufeffacme.com": "acme.com",
    "日本.jp": "xn--wgv71a.jp",
    "acme.公司.cn": "acme.xn--55qx5d.cn",
    "foo.github.io": "foo.github.io",
    "deep.foo.github.io": "foo.github.io",
    "a.b.ck": "a.b.ck",  # wildcard rule *.ck
    "www.ck": "www.ck",  # its exception !www.ck
    "city.kawasaki.jp": "city.kawasaki.jp",
    "acme.example": "acme.example",
}
NO_KEY = {
    "co.uk": "public_suffix",
    "github.io": "public_suffix",
    "foo.ck": "public_suffix",
    "com": "invalid",
    "gmail.com": "free_mail",
    "jo@gmail.com": "free_mail",
    "jo@yahoo.co.uk": "free_mail",
    "mail.gmx.de": "free_mail",
    "": "invalid",
    "acme": "invalid",
    "user@": "invalid",
    "-acme.com": "invalid",
    "acme_corp.com": "invalid",
    "acme..com": "invalid",
    "ac\0me.com": "invalid",
    "\u202eacme.com": "invalid",
    "xn--zz--.de": "invalid",
    "acme.notatld": "invalid",
    "10.0.0.1": "invalid",
    "report.pdf": "invalid",
    "n/a": "invalid",
}


@pytest.mark.parametrize(("text", "key"), KEYS.items())
def test_key(text: str, key: str) -> None:
    assert normalize_domain(text) == Domain(key)


@pytest.mark.parametrize(("text", "flag"), NO_KEY.items())
def test_no_key(text: str, flag: str) -> None:
    assert normalize_domain(text) == Domain("", (flag,))


def test_lookalike_alphabets_are_flagged_and_stay_apart() -> None:
    assert normalize_domain("аpple.com") == Domain("xn--pple-43d.com", ("mixed_script",))
    assert normalize_domain("пример.рф").flags == ()


@given(st.text(max_size=60))
def test_any_text_gives_a_stable_key_or_a_reason(text: str) -> None:
    found = normalize_domain(text)
    assert bool(found.key) != bool({"invalid", "free_mail", "public_suffix"} & set(found.flags))
    if found.key:
        assert normalize_domain(found.key).key == found.key
        assert found.key.isascii()


def test_columns_keep_their_order_and_their_gaps() -> None:
    keys, flags = domain_keys(pa.chunked_array([["b.com", None, "x@gmail.com"], ["a.com", "b.com", "аpple.com"]]))
    assert keys.to_pylist() == ["b.com", None, None, "a.com", "b.com", "xn--pple-43d.com"]
    assert flags == {"free_mail": 1, "mixed_script": 1}
    assert domain_keys(pa.chunked_array([], pa.string()))[0].to_pylist() == []


def test_the_list_of_free_mail_providers_came_along() -> None:
    assert len(free_mail_domains()) > 10_000
    assert not free_mail_domains() & {"ibm.com", "microsoft.com", "salesforce.com"}
