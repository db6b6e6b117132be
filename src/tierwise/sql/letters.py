"""Text as plain words: lower case, every alphabet that is commonly spelled in a to z spelled so, nothing but words."""

from __future__ import annotations

import unicodedata

from sqlglot import exp

from tierwise.sql.fragments import Writer, fragment

# Signs that take several letters: German, Nordic, Russian and Ukrainian, Greek (ISO 9 and ELOT 743 without marks).
SPELLED = {
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "щ": "shch", "ш": "sh", "ч": "ch", "ж": "zh", "ц": "ts", "х": "kh",
    "ю": "yu", "я": "ya", "є": "ie", "ї": "i", "θ": "th", "χ": "ch", "ψ": "ps", "ξ": "x", "’": "'",
}  # fmt: skip
_ONE_FOR_ONE = (
    ("øłđðıħ", "olddih"),
    ("абвгдеёзийклмнопрстуфыэіґў", "abvgdeeziyklmnoprstufyeigu"),
    ("αβγδεζηικλμνοπρσςτυφω", "avgdezitklmnoprsstyfo".replace("zit", "zii")),
)
# Marks that stand beside their letter, hard and soft signs: left out.
_LEFT_OUT = "".join(map(chr, range(0x300, 0x370))) + "ъь"


def _plain() -> tuple[str, str]:
    """Signs and the one letter that each becomes; at the end those that become none."""
    plain = {sign: letter for signs, letters in _ONE_FOR_ONE for sign, letter in zip(signs, letters, strict=True)}
    # Latin with accents and its extensions, Greek with accents, full-width forms
    for code in (*range(0xC0, 0x250), *range(0x386, 0x3CF), *range(0x1E00, 0x1F00), *range(0xFF01, 0xFF5F)):
        sign = chr(code)
        base = unicodedata.normalize("NFKD", sign)[:1]
        base = plain.get(base, base)
        if sign == sign.lower() and sign not in plain and base != sign and base.isascii() and base.isalnum():
            plain[sign] = base
    return "".join(plain) + _LEFT_OUT, "".join(plain.values())


PLAIN_FROM, PLAIN_TO = _plain()


def plain_words(dialect: str) -> Writer:
    """Spelled in a to z, initials joined (`S.p.A.` is spa), then cut at whatever is neither letter nor digit."""
    quote = r"\'" if dialect == "spark" else "''"
    spelled = "{0}"
    for sign, letters in SPELLED.items():
        instead = letters.replace("'", quote)
        spelled = f"replace({spelled}, '{sign}', '{instead}')"
    spelled = f"translate({spelled}, '{PLAIN_FROM}', '{PLAIN_TO}')"
    bytes_of = {"duckdb": "strlen({0})", "spark": "octet_length({0})", "postgres": "octet_length({0})"}[dialect]
    lower = 'lower({0} collate "und-x-icu") collate "C"' if dialect == "postgres" else "lower({0})"
    cut = {
        "duckdb": r"trim(regexp_replace({0}, '[^\p{{L}}\p{{N}}]+', ' ', 'g'))",
        "spark": r"trim(regexp_replace({0}, '[^\\p{{L}}\\p{{N}}]+', ' '))",
        "postgres": """trim(regexp_replace({0} collate "und-x-icu", '[^[:alnum:]]+', ' ', 'g') collate "C", ' ')""",
    }[dialect]

    def write(arguments: list[exp.Expr]) -> exp.Expr:
        text = fragment(dialect, lower, arguments[0])
        # most names have no other letter already, and looking at every sign of them costs
        text = fragment(dialect, f"case when {bytes_of} = length({{0}}) then {{0}} else {spelled} end", text)
        # McDonald's and the Danish A/S are one word
        text = fragment(dialect, f"replace(replace({{0}}, '{quote}s', 's'), 'a/s', 'as')", text)
        text = fragment(dialect, f"case when {{0}} like '%.%' then {_joined(dialect)} else {{0}} end", text)
        return fragment(dialect, cut, text)

    return write


def _joined(dialect: str) -> str:
    """Initials with full stops between them as one word, two to four of them."""
    edge = {"duckdb": r"\b", "spark": r"\\b", "postgres": r"\y"}[dialect]
    stop = r"\\." if dialect == "spark" else r"\."
    found = "$%d" if dialect == "spark" else r"\%d"
    text = "{0}"
    for count in (4, 3, 2):
        pattern = edge + stop.join(["([a-z])"] * count) + edge
        together = "".join(found % number for number in range(1, count + 1))
        text = f"regexp_replace({text}, '{pattern}', '{together}'" + (")" if dialect == "spark" else ", 'g')")
    return text
