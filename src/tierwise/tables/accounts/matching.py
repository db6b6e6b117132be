"""Which companies are one: what their names say, which were compared, how surely they are the same and why."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, INTEGER, NUMBER, POINTS, TEXT, Column, Table

GROUP_ID = Column("group_id", TEXT, "the group of keys")
LEFT_ID = Column("left_id", TEXT, "one group of keys, the first in alphabetical order")
RIGHT_ID = Column("right_id", TEXT, "the other group of keys")
NAME = Column("name", TEXT, "the name in plain words")
LEFT_NAME = Column("left_name", INTEGER, "number of one name, the smaller")
RIGHT_NAME = Column("right_name", INTEGER, "number of the other name")

MATCH_NAMES = Table(
    "match_names",
    "one row per group of keys and name",
    (GROUP_ID, NAME),
    ("group_id", "name"),
    "The names that records give a company, as plain words.",
)
NAME_NUMBER = Column("name_number", INTEGER, "number of the name")
WORD = Column("word", TEXT, "the word, abbreviations written out")
PLACE = Column("place", INTEGER, "its place among the words that count")
KIND = Column("kind", TEXT, "what it is", values=("word", "common", "number", "letter"))
INITIALS = Column("initials", TEXT, "first letters of the name's first five words")
WORDS = Column("words", INTEGER, "how many words the name has")

MATCH_WRITTEN = Table(
    "match_written",
    "one row per name and word",
    (NAME, WORD, PLACE, KIND, Column("share", NUMBER, "share of companies elsewhere whose name has it", "share")),
    ("name", "word"),
    "The words by which names are compared: legal forms, exchanges' notes and joining words are left out.",
)
MATCH_CORES = Table(
    "match_cores",
    "one row per name",
    (
        NAME,
        NAME_NUMBER,
        Column("core", TEXT, "its words without spaces"),
        INITIALS,
        Column("first_word", TEXT, "its first word"),
        Column("second_word", TEXT, "its second word"),
        WORDS,
    ),
    ("name",),
    "What is left of each name when it is written without spaces.",
)
MATCH_WORDS = Table(
    "match_words",
    "one row per name and word",
    (
        NAME,
        NAME_NUMBER,
        WORD,
        PLACE,
        KIND,
        Column("bits", NUMBER, "its information: minus log2 of the share of names that have it", "bits"),
        INITIALS,
        WORDS,
    ),
    ("name", "word"),
    "The words of names and how much each says.",
)
MATCH_PLACES = Table(
    "match_places",
    "one row per group of keys",
    (GROUP_ID, Column("country", TEXT, "country in plain words"), Column("city", TEXT, "city in plain words")),
    ("group_id",),
    "Where a company is, for comparing.",
)
MATCH_DOMAINS = Table(
    "match_domains",
    "one row per group of keys and domain",
    (
        GROUP_ID,
        Column("domain", TEXT, "registrable domain"),
        Column("label", TEXT, "the name in it: what stands before the suffix, without hyphens"),
    ),
    ("group_id", "domain"),
    "The domains of a company, for comparing.",
)
KINDS = ("name", "two words", "beginning", "consonants", "end", "person")
MATCH_PEOPLE = Table(
    "match_people",
    "one row per group of keys, kind and person",
    (
        GROUP_ID,
        Column("kind", TEXT, "by what the person is told", values=("address", "name")),
        Column("person", TEXT, "e-mail address, or first and last name in plain letters"),
        Column("telling", BOOLEAN, "known at so few companies that it says something"),
    ),
    ("group_id", "kind", "person"),
    "The people of a company, for comparing. Lives while a run needs it; not published.",
)
MATCH_KEYS = Table(
    "match_keys",
    "one row per group of keys and key",
    (
        GROUP_ID,
        Column("kind", TEXT, "what the key is made of", values=KINDS),
        Column("value", TEXT, "the key"),
        Column("split", BOOLEAN, "too many shared it, so it was taken together with the country"),
        Column("companies", INTEGER, "how many share it", "groups of keys"),
        Column("used", BOOLEAN, "few enough share it to be compared"),
    ),
    ("group_id", "kind", "value"),
    "Who is compared with whom: those that share a key.",
)
MATCH_BLOCKS = Table(
    "match_blocks",
    "one row per kind of key",
    (
        Column("kind", TEXT, "what the keys are made of", values=KINDS),
        Column("blocks", INTEGER, "keys that more than one company has"),
        Column("split_by_country", INTEGER, "keys with a country that are used because the country was added"),
        Column("left_out", INTEGER, "keys that too many share, with their country too: they compare nobody"),
        Column("largest", INTEGER, "companies that share the most common key", "groups of keys"),
        Column("comparisons", INTEGER, "pairs that the keys bring together, repeats among them"),
    ),
    ("kind",),
    "What was compared and what was too common to be.",
)
MATCH_CANDIDATES = Table(
    "match_candidates",
    "one row per pair of groups of keys that share a key",
    (LEFT_ID, RIGHT_ID),
    ("left_id", "right_id"),
    "The pairs that are compared.",
)
MATCH_NAMES_ALIKE = Table(
    "match_names_alike",
    "one row per pair of names",
    (
        LEFT_NAME,
        RIGHT_NAME,
        Column("shared", NUMBER, "information of the words that both have", "bits"),
        Column("left_alone", NUMBER, "information of the rarest word that only the left has", "bits"),
        Column("right_alone", NUMBER, "information of the rarest word that only the right has", "bits"),
        Column("left_number", BOOLEAN, "the left has a number or a single letter that the right has not"),
        Column("right_number", BOOLEAN, "the right has a number or a single letter that the left has not"),
    ),
    ("left_name", "right_name"),
    "What two names share and what each has alone. Names that share no word have no row.",
)
MATCH_DOMAINS_ALIKE = Table(
    "match_domains_alike",
    "one row per pair of candidates of which one has a domain",
    (LEFT_ID, RIGHT_ID, Column("domain_level", TEXT, "what the domains say")),
    ("left_id", "right_id"),
    "What the domains of two companies say.",
)
MATCH_PEOPLE_ALIKE = Table(
    "match_people_alike",
    "one row per pair of candidates of which both have people",
    (LEFT_ID, RIGHT_ID, Column("people_level", TEXT, "what the people say")),
    ("left_id", "right_id"),
    "What the people of two companies say.",
)
LEVELS = (
    Column("name_level", TEXT, "what the names share, and what is left"),
    Column("domain_level", TEXT, "what the domains say"),
    Column("place_level", TEXT, "what the places say"),
    Column("people_level", TEXT, "what the people say"),
)
MATCH_LEVELS = Table(
    "match_levels",
    "one row per pair of candidates",
    (
        LEFT_ID,
        RIGHT_ID,
        Column("left_name", INTEGER, "number of the left's name that is most like one of the right"),
        Column("right_name", INTEGER, "number of that name of the right"),
        *LEVELS,
    ),
    ("left_id", "right_id"),
    "How alike two companies are, in levels.",
)
MATCH_PATTERNS = Table(
    "match_patterns",
    "one row per pattern of levels",
    (*LEVELS, Column("pairs", INTEGER, "pairs of candidates that agree so")),
    ("name_level", "domain_level", "place_level", "people_level"),
    "How many pairs agree in each way: all that the weights are learned from.",
)
FIELD = Column("field", TEXT, "what is compared", values=("prior", "name", "domain", "place", "people"))
MATCH_WEIGHTS = Table(
    "match_weights",
    "one row per field and level",
    (
        FIELD,
        Column("level", TEXT, "how well it agrees"),
        Column("same", NUMBER, "probability of the level among pairs that are one company", "share"),
        Column("other", NUMBER, "probability of the level among other pairs", "share"),
        Column("weight", POINTS, "log2 of their ratio; of the prior: log2 odds that two candidates are one", "bits"),
    ),
    ("field", "level"),
    "What each agreement weighs, learned from the records without labels.",
)
MATCH_PAIRS = Table(
    "match_pairs",
    "one row per pair of groups of keys that may be one company",
    (
        LEFT_ID,
        RIGHT_ID,
        Column("weight", POINTS, "sum of its reasons: log2 odds that the two are one", "bits"),
        Column("probability", NUMBER, "probability that the two are one", "share"),
        Column("decision", TEXT, "same: surely one; review: somebody should look", values=("same", "review")),
    ),
    ("left_id", "right_id"),
    "Companies that no key connects and that are one, surely or perhaps.",
)
MATCH_REASONS = Table(
    "match_reasons",
    "one row per pair and field",
    (
        LEFT_ID,
        RIGHT_ID,
        FIELD,
        Column("level", TEXT, "how well it agrees"),
        Column("weight", POINTS, "what that adds", "bits"),
        Column("text", TEXT, "the reason in words"),
    ),
    ("left_id", "right_id", "field"),
    "Why two companies are taken for one. The weights of a pair's reasons sum exactly to its weight.",
)
MATCHING_TABLES = (
    MATCH_NAMES, MATCH_WRITTEN, MATCH_CORES, MATCH_WORDS, MATCH_PLACES, MATCH_DOMAINS, MATCH_PEOPLE, MATCH_KEYS, MATCH_BLOCKS,
    MATCH_CANDIDATES, MATCH_NAMES_ALIKE, MATCH_DOMAINS_ALIKE, MATCH_PEOPLE_ALIKE, MATCH_LEVELS,
    MATCH_PATTERNS, MATCH_WEIGHTS, MATCH_PAIRS,
    MATCH_REASONS,
)  # fmt: skip
