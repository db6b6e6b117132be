"""Invented company and person names, and the words that records are written in."""

from __future__ import annotations

import numpy as np

from tierwise.simulate.draws import Ints, Words

_HEADS = (
    "Al", "Ar", "Bel", "Bor", "Cal", "Cor", "Dal", "Dor", "El", "Er", "Fal", "Fen", "Gal", "Gor", "Hal",
    "Hav", "Il", "Jor", "Kal", "Kel", "Lan", "Lor", "Mal", "Mer", "Nal", "Nor", "Ol", "Or", "Pal", "Per",
    "Quil", "Ral", "Ros", "Sal", "Sel", "Tal", "Tor", "Ul", "Val", "Ver", "Wal", "Wen", "Yar", "Zan",
)  # fmt: skip
_MIDDLES = (
    "a", "ba", "da", "de", "do", "e", "fa", "ga", "go", "i", "ka", "ko", "la", "le", "li", "ma", "me",
    "mo", "na", "ne", "ni", "o", "pa", "ra", "re", "ri", "ro", "sa", "se", "ta", "te", "to", "u", "va",
    "ve", "vu",
)  # fmt: skip
_TAILS = (
    "bridge", "brook", "burn", "cast", "crest", "dale", "field", "ford", "gard", "gate", "grove", "haven",
    "holm", "lund", "mark", "mere", "mont", "port", "ridge", "rock", "stead", "stone", "strand", "thal",
    "ton", "vale", "vik", "ward", "well", "wick", "wood", "worth",
)  # fmt: skip
_TRADES = (
    "Credit Union", "Bank", "Insurance", "Agency", "Software", "Works", "Health", "Stores", "Logistics",
    "Academy",
)  # fmt: skip

COUNTRIES = ("United States", "United Kingdom", "Germany", "Sweden")
COUNTRY_SPELLINGS = (
    ("USA", "US", "U.S."), ("UK", "Great Britain", "GB"), ("Deutschland", "DE", "germany"),
    ("Sverige", "SE", "SWEDEN"),
)  # fmt: skip
CURRENCIES = ("USD", "GBP", "EUR", "SEK")
RATES_TO_USD = (1.0, 1.27, 1.08, 0.095)
LEGAL_FORMS = ("Inc.", "Ltd", "GmbH", "AB")
SUFFIXES = ("com", "co.uk", "de", "se")
FREE_MAIL = ("gmail.com", "outlook.com", "gmx.de", "yahoo.com")

FIRST_NAMES = (
    "Ada", "Amir", "Anna", "Ben", "Carla", "Chen", "David", "Elif", "Emma", "Erik", "Fatima", "Grace",
    "Hugo", "Ines", "Ivan", "Jonas", "Julia", "Karin", "Leo", "Lucia", "Maja", "Marcus", "Mei", "Nadia",
    "Noah", "Olga", "Omar", "Paula", "Priya", "Rosa", "Sam", "Sofia", "Tom", "Ulrike", "Victor", "Yara",
)  # fmt: skip
LAST_NAMES = (
    "Adler", "Andersson", "Bailey", "Becker", "Berg", "Carter", "Costa", "Diaz", "Ekström", "Evans",
    "Fischer", "Foster", "Garcia", "Gupta", "Haas", "Hughes", "Ito", "Jansson", "Jones", "Keller", "Khan",
    "Larsson", "Lee", "Lindqvist", "Meyer", "Moreau", "Müller", "Nilsson", "Okafor", "Patel", "Quinn",
    "Reyes", "Schäfer", "Silva", "Turner", "Vogel", "Walker", "Weber", "Young", "Zimmermann",
)  # fmt: skip

_CAPACITY = len(_HEADS) * len(_MIDDLES) * len(_TAILS)


def company_names(order: np.random.Generator, industry: Ints, region: Ints) -> tuple[Words, Words]:
    """Company name and domain per account, every domain once.

    One German name in sixteen carries an umlaut, and so does its domain. A number follows the name where
    the market is larger than the stock of names.
    """
    shuffled = order.permutation(_CAPACITY)
    names, domains = [], []
    for place, (trade, where) in enumerate(zip(industry.tolist(), region.tolist(), strict=True)):
        round_, code = divmod(place, _CAPACITY)
        code = int(shuffled[code])
        head, rest = code % len(_HEADS), code // len(_HEADS)
        word = _HEADS[head] + _MIDDLES[rest % len(_MIDDLES)] + _TAILS[rest // len(_MIDDLES)]
        if COUNTRIES[where] == "Germany" and code % 16 == 0:
            word = word.replace("o", "ö").replace("u", "ü")
        name = f"{word} {_TRADES[trade]}" + (f" {round_ + 1}" if round_ else "")
        names.append(name)
        domains.append(f"{name.lower().replace(' ', '')}.{SUFFIXES[where]}")
    return np.array(names, dtype=np.str_), np.array(domains, dtype=np.str_)


def ascii_domain(domain: str) -> str:
    """The domain as machines send it: umlauts in punycode."""
    return domain.encode("idna").decode("ascii")
