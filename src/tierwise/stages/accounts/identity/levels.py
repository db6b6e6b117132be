"""The levels at which companies agree, in words, and what each is worth before any pair was seen."""

from __future__ import annotations

from tierwise.stats.linkage.weights import Level, Linkage, Strength

# Levels of the names: what is shared, then what is left; probability among pairs that are one, among others.
SHARED = {
    "certain": Level(0.30, 0.02),
    "strong": Level(0.35, 0.03),
    "fair": Level(0.28, 0.10),
    "weak": Level(0.05, 0.35),
    "slight": Level(0.02, 0.50),
}
LEFT = {
    "the same": Level(0.65, 0.005),
    "nothing left": Level(0.12, 0.01),
    "common word left": Level(0.10, 0.08),
    "telling word left": Level(0.06, 0.15),
    "words left on both": Level(0.04, 0.20),
    "telling words left on both": Level(0.02, 0.535),
    "numbers differ": Level(0.01, 0.02),
}
DOMAINS = {
    "same": Level(0.93, 0.002, "both"),
    "same name": Level(1, 1, "one name"),
    "another": Level(0.07, 0.998, "both"),
    "in the name": Level(0.25, 0.02, "one"),
    "not in the name": Level(0.75, 0.98, "one"),
    "unknown": Level(1, 1, "none"),
}
PLACES = {
    "same city": Level(0.80, 0.08, "cities"),
    "another city": Level(0.12, 0.32, "cities"),
    "another country and city": Level(0.08, 0.60, "cities"),
    "same country": Level(0.90, 0.40, "countries"),
    "another country": Level(0.10, 0.60, "countries"),
    "unknown": Level(1, 1, "none"),
}
PEOPLE = {
    "several at both": Level(0.15, 0.0002, "both"),
    "one address at both": Level(0.15, 0.0005, "both"),
    "one name at both": Level(0.10, 0.004, "both"),
    "nobody at both": Level(0.60, 0.9953, "both"),
    "unknown": Level(1, 1, "none"),
}
NAMES = {
    f"{shared}, {left}": Level(a.same * b.same, a.other * b.other)
    for shared, a in SHARED.items()
    for left, b in LEFT.items()
}
# The more two names share, with the same left over, the more it weighs.
CHAINS = tuple(tuple(f"{shared}, {left}" for shared in SHARED) for left in LEFT)
BEFORE = Linkage(0.05, {"name": NAMES, "domain": DOMAINS, "place": PLACES, "people": PEOPLE})
# What names of one company look like is known; what those of others look like is learned.
STRENGTH = {
    "name": Strength(1e9, 500), "domain": Strength(500, 500), "place": Strength(500, 500), "people": Strength(500, 500),
}  # fmt: skip
SHARE = Strength(50, 950)
