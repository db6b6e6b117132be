"""What people write where the dictionary has a closed list of words: `k.A.`, `y`, `budget holder`; and what the model declares.

Serves every enumerated column. A word is compared without case, punctuation and double spaces (see `fold`). Where people
differ on what a word means, the meaning that claims less is taken: `maybe` is unknown and no partial yes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

# Column -> word of the dictionary -> what people write for it.
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "answer": {
        "yes": (
            "y", "true", "1", "x", "yes definitely", "definitely", "confirmed", "agree", "strongly agree", "✓",
            "ja", "j", "oui", "si", "sí", "sim", "igen", "tak", "da", "kyllä", "evet", "はい", "是",
        ),
        "no": (
            "n", "false", "0", "not at all", "disagree", "strongly disagree", "nein", "non", "nee", "nej", "nei",
            "não", "nao", "nem", "nie", "ei", "ne", "hayır", "いいえ", "否", "✗",
        ),
        "partial": (
            "partly", "partially", "somewhat", "to some extent", "in part", "yes and no", "mixed", "teilweise", "zum teil",
            "jein", "en partie", "partiellement", "parcialmente", "en parte", "in parte", "deels", "delvis",
        ),
        "unknown": (
            "dont know", "do not know", "doesnt know", "dk", "idk", "not sure", "unsure", "unclear", "maybe", "perhaps",
            "tbd", "not asked", "no idea", "na", "n a", "not applicable", "none", "?", "-", "null", "unbekannt", "weiß nicht",
            "weiss nicht", "ka", "keine angabe", "unklar", "vielleicht", "nicht gefragt", "ne sait pas", "sais pas",
            "inconnu", "peut être", "no sabe", "desconocido", "quizás", "tal vez", "não sei", "desconhecido", "non so",
            "sconosciuto", "forse", "weet niet", "onbekend", "misschien", "vet ej", "ved ikke", "no response",
        ),
        "refused": (
            "refused to say", "refused to answer", "refuses", "declined", "declined to answer", "declined to say",
            "prefer not to say", "prefers not to say", "no comment", "would not say", "wouldnt say", "confidential",
            "verweigert", "keine antwort", "will nicht sagen", "refus", "refusé", "a refusé", "rechazado", "recusou",
            "rifiutato", "geweigerd",
        ),
    },
    "role": {
        "economic": (
            "economic buyer", "budget holder", "budget owner", "decision maker", "buyer", "executive sponsor", "executive",
            "sponsor", "entscheider", "budgetverantwortlicher", "décideur", "decisor",
        ),
        "owner": ("problem owner", "process owner", "project owner", "project lead", "champion", "head of department",
                  "verantwortlicher", "responsable"),
        "user": ("end user", "practitioner", "power user", "anwender", "nutzer", "utilisateur", "usuario"),
        "outsider": ("external", "partner", "consultant", "analyst", "other department", "extern", "externer"),
        "hearsay": ("second hand", "secondhand", "rumour", "rumor", "hörensagen"),
    },
    "method": {
        "interview": ("interviews", "conversation", "face to face", "video call", "in person", "gespräch", "entretien",
                      "entrevista", "intervista"),
        "survey": ("questionnaire", "form", "poll", "typeform", "umfrage", "fragebogen", "enquête", "sondage", "encuesta"),
        "call_note": ("call", "call notes", "phone", "phone call", "sales call", "discovery call", "meeting", "meeting note",
                      "meeting notes", "notes", "telefonat", "appel", "llamada"),
        "hearsay": ("second hand", "secondhand", "rumour", "rumor", "colleague", "hörensagen"),
    },
    "dimension": {
        "pressure": ("pain", "urgency", "need", "problem", "compelling event", "druck", "pression", "presión"),
        "ownership": ("owner", "accountability", "accountable", "responsibility", "verantwortung", "responsabilité"),
        "authority": ("budget", "decision authority", "authority alignment", "decision power", "power", "befugnis",
                      "entscheidungsbefugnis", "autorité", "autoridad"),
        "timing": ("timeline", "time", "timeframe", "time frame", "timing tolerance", "when", "zeitpunkt", "zeitplan",
                   "calendrier", "plazo"),
    },
    "interval_months": {
        "1": ("month", "monthly", "mo", "months", "per month", "1 month", "every month", "monat", "monatlich", "mensuel"),
        "3": ("quarter", "quarterly", "every 3 months", "3 months", "quartal", "vierteljährlich", "trimestriel"),
        "6": ("half year", "half yearly", "semiannual", "semi annual", "semiannually", "biannual", "6 months",
              "halbjährlich", "semestriel"),
        "12": ("year", "yearly", "annual", "annually", "yr", "per year", "1 year", "every year", "12 months", "jahr",
               "jährlich", "annuel"),
    },
}  # fmt: skip


def fold(text: str) -> str:
    """A word as it is compared: `Don't know!` and `dont  know` are one. Signs alone stay what they are."""
    plain = re.sub(r"[.!'’´`\"()]", "", text.strip().casefold())
    return " ".join(re.findall(r"\w+", plain.replace("_", " "))) or text.strip()


@cache
def known_words(column: str, allowed: tuple[str, ...]) -> Mapping[str, str]:
    """Folded word -> word of the dictionary, for a column and its closed list."""
    known = {fold(word): value for value, words in WORDS.get(column, {}).items() for word in words}
    return known | {fold(value): value for value in allowed}


def translate(
    values: pa.ChunkedArray, column: str, allowed: tuple[str, ...], declared: Mapping[str, str]
) -> pa.ChunkedArray:
    """Texts with every known word replaced by what it means; what is declared goes first, the rest stays as written.

    A declared empty word says what an empty cell means.
    """
    known = {**known_words(column, allowed), **{fold(word): meaning for word, meaning in declared.items()}}
    if not known:
        return values
    encoded = (pc.fill_null(values, "") if "" in known else values).dictionary_encode().unify_dictionaries()
    if not encoded.num_chunks:
        return values
    texts = encoded.chunk(0).dictionary.to_pylist()
    meanings = pa.array([known.get(fold(text), text) for text in texts], pa.string())
    return pa.chunked_array([meanings.take(chunk.indices) for chunk in encoded.chunks], pa.string())
