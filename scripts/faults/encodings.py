"""Encodings and what is written in them: twelve encodings, marks, names of companies, domains."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from scripts.faults.fault import Fault, column, key

NAMES = {
    "utf-8": ("Müller’s Bücher 😀", "Ελλάδα ΑΕ", "株式会社アクメ"),
    "utf-8-sig": ("Müller’s Bücher 😀", "Żółw", "Ñandú"),
    "utf-16": ("Müller’s Bücher 😀", "Ελλάδα ΑΕ", "株式会社アクメ"),
    "utf-16-le": ("Müller’s Bücher", "Société Générale", "Zoë’s Café"),
    "utf-16-be": ("Müller’s Bücher", "Société Générale", "Zoë’s Café"),
    "utf-32": ("Müller’s Bücher 😀", "Ελλάδα ΑΕ", "株式会社アクメ"),
    "cp1252": ("Müller’s Bücher", "Société Générale", "Zoë’s Café – Österreich"),
    "latin-1": ("Müllers Bücher", "Société Générale", "Ñandú"),
    "cp1250": ("Żółw", "Łódź Święty", "Příbram"),
    "cp1251": ("Ромашка", "Газета", "Сбербанк"),
    "cp1253": ("Ελλάδα", "Αθήνα", "Κρήτη"),
    "shift_jis": ("株式会社アクメ", "東京", "大阪"),
    "gb18030": ("北京公司", "上海", "阿里巴巴😀"),
    "big5": ("台灣公司", "台北", "高雄"),
}
DETECTED = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1")
VERBATIM = {
    "emoji of a family": "👩‍👩‍👧‍👦 GmbH",
    "from right to left": "شركة \u202eأكمي",
    "combining": "Zoe\u0308 und Zoë",
    "zero width": "Ac\u200bme",
    "ideographic space inside": "東京\u3000商事",
    "looks like a formula": "=1+1",
    "looks like a tag": "<script>alert(1)</script>",
    "looks like a number": "1e5",
    "line separator": "one\u2028two",
    "private use": "\ue000 AG",
    "very long": "ü" * 10_000,
    "quotes": 'The "Best" Company',
}
DOMAINS = {
    "https://www.Bücher.de/shop?x=1": "xn--bcher-kva.de",
    "BÜCHER.DE.": "xn--bcher-kva.de",
    "bücher.de:8080": "xn--bcher-kva.de",
    "info@acme.co.uk": "acme.co.uk",
    "mail.acme.co.uk": "acme.co.uk",
    "gmail.com": None,
    "co.uk": None,
    "github.io": None,
    "localhost": None,
    "192.168.0.1": None,
    "http://[::1]/": None,
    "a..b": None,
    "-": None,
    "例え.jp": "xn--r8jz45g.jp",
    "x" * 70 + ".com": None,
    "javascript:alert(1)": None,
}


def encodings() -> Iterator[Fault]:
    """Every fault of encoding."""
    for name, names in NAMES.items():
        row = "UTF-8 BOM" if name == "utf-8-sig" else "encodings"
        data = column("name", names).decode().encode(name)
        if name in DETECTED:
            yield Fault(row, f"{name}, detected", data, 3, values={"name": names})
        yield Fault(row, f"{name}, declared", data, 3, values={"name": names}, options={"encoding": name})
    yield from _undecodable()
    for name, text in VERBATIM.items():
        yield Fault("unicode names", name, column("name", [text]), 1, values={"name": [text]})
    for text, domain in DOMAINS.items():
        shown = text if len(text) < 40 else f"{text[:8]}…"
        yield Fault(
            "domains", shown, column("domain", [text, "acme.com"]), 2, values={"domain_key": [domain, "acme.com"]}
        )


def _undecodable() -> Iterator[Fault]:
    row = "encodings"
    western = column("name", ["Müller’s Bücher"]).decode().encode("cp1252")
    yield Fault(row, "declared, and another", western, error="not valid utf-8", options={"encoding": "utf-8"})
    yield Fault(row, "declared, and unknown", western, error="is not an encoding", options={"encoding": "utf-88"})
    for codec in ("hex", "rot13", "base64", "undefined"):
        declared = column("name", ["Acme"])
        yield Fault(row, f"declared {codec}", declared, error="encoding", options={"encoding": codec})
    yield Fault(row, "too little to tell", column("name", ["x"]) + b"key-0002,\x8f\xe1\n", error="is not clear")
    yield Fault(row, "half of a UTF-16 letter", column("name", ["Acme"]).decode().encode("utf-16")[:-1], error="utf-16")
    lone = b"account_key,name\nkey-0001,\xed\xa0\x80\n"
    yield Fault(row, "lone surrogate", lone, error="is not clear")
    mark = "UTF-8 BOM"
    quoted = codecs.BOM_UTF8 + f'"account_key","name"\n"{key(1)}","A"\n'.encode()
    yield Fault(mark, "before a quoted heading", quoted, 1, values={"account_key": [key(1)]})
    yield Fault(mark, "twice", codecs.BOM_UTF8 * 2 + column("name", ["A"]), 1, values={"account_key": [key(1)]})
    joined = column("name", ["A"]) + codecs.BOM_UTF8 + b"key-0002,B\n"
    yield Fault(
        mark,
        "in the middle, of a second file",
        joined,
        2,
        values={"account_key": [key(1), key(2)]},
        note="files were joined",
    )
