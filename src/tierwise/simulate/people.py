"""The people of the accounts, what they said in interviews, and how often sales touched them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierwise.core.vocabulary import ANSWERS
from tierwise.simulate.attention import Signals
from tierwise.simulate.draws import Calendar, Flags, Floats, Ints, Times, Words, pick, shift, stream
from tierwise.simulate.names import FIRST_NAMES, LAST_NAMES
from tierwise.simulate.population import Accounts
from tierwise.simulate.world import World

TITLES = (
    ("Chief Executive Officer", "Managing Director", "Geschäftsführer", "President & CEO"),
    ("Chief Financial Officer", "VP Finance", "Head of Finance", "Leiter Finanzen"),
    ("Chief Information Officer", "VP Engineering", "IT Director", "Leiter IT", "IT-chef"),
    ("Chief Operating Officer", "VP Operations", "Head of Operations", "Operations Manager"),
    ("VP of Member Experience", "Head of Digital", "Director of Product", "Digital Banking Manager"),
    ("Systems Administrator", "Senior Analyst", "Project Manager", "Assistant to the CEO"),
    ("Head of Procurement", "Procurement Manager", "General Counsel", "Senior Buyer"),
)
_TITLE_WEIGHTS = (0.08, 0.10, 0.16, 0.16, 0.18, 0.24, 0.08)
_MEAN_EXTRA_CONTACTS = (1.0, 2.5, 5.0)
_EXTRA_WITH_RELATIONSHIP = 2.0

ROLES = ("economic", "owner", "user", "outsider")
YES, NO, PARTIAL, UNKNOWN, REFUSED = (ANSWERS.index(word) for word in ("yes", "no", "partial", "unknown", "refused"))
_WITHHELD_AS = (0.6, 0.2, 0.2)
INTERVIEW_MONTHS = 6
_OUTSIDERS = 0.2
_TOUCHES_PER_MONTH = 1.5
_TOUCH_KINDS = (0.55, 0.30, 0.15)
TOUCHES = ("Email", "Call", "Meeting")


@dataclass(frozen=True)
class Contacts:
    """One entry per person, by account; `first` holds where the people of each account begin."""

    account: Ints
    first_name: Words
    last_name: Words
    title: Words
    created_at: Times
    first: Ints

    def __len__(self) -> int:
        return len(self.account)

    def choose(self, accounts: Ints, uniforms: Floats) -> Ints:
        """One person of each of these accounts."""
        size = self.first[accounts + 1] - self.first[accounts]
        return self.first[accounts] + np.floor(uniforms * size).astype(np.int64)


@dataclass(frozen=True)
class Evidence:
    """One entry per answer in an interview, by time of the interview."""

    account: Ints
    respondent: Ints
    role: Ints
    dimension: Ints
    answer: Ints
    observed_at: Times
    recorded_at: Times

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True)
class Touches:
    """One entry per e-mail, call or meeting of sales, by time."""

    account: Ints
    kind: Ints
    occurred_at: Times

    def __len__(self) -> int:
        return len(self.account)


def contacts(population: Accounts, calendar: Calendar, seed: int) -> Contacts:
    """Draw the known people: at least one per account, more in large ones and with a relationship."""
    draw = stream(seed, "contacts")
    mean = np.array(_MEAN_EXTRA_CONTACTS)[population.size_band] + _EXTRA_WITH_RELATIONSHIP * population.relationship
    sizes = 1 + draw.poisson(mean)
    account = np.repeat(np.arange(len(population)), sizes)
    group = pick(draw.random(len(account)), _TITLE_WEIGHTS)
    choice = draw.random(len(account))
    titles = [TITLES[g][int(u * len(TITLES[g]))] for g, u in zip(group.tolist(), choice.tolist(), strict=True)]
    months = draw.integers(0, calendar.months, len(account))
    return Contacts(
        account=account,
        first_name=np.array(FIRST_NAMES)[draw.integers(0, len(FIRST_NAMES), len(account))],
        last_name=np.array(LAST_NAMES)[draw.integers(0, len(LAST_NAMES), len(account))],
        title=np.array(titles),
        created_at=calendar.instants(months, draw.random(len(account))),
        first=np.append(0, np.cumsum(sizes)),
    )


def interviews(
    world: World,
    states: Flags,
    worked: Flags,
    prospects: Flags,
    visits: Signals,
    calendar: Calendar,
    seed: int,
    wanted: Flags,
) -> Evidence:
    """Ask prospects about all four dimensions: half whom sales works, half whom visits pointed to, and who is `wanted`.

    The interviews took place in the last half year, those that are wanted in the last month; who else was asked had been
    decided before. Each answer is
    the true state at the time, wrong at `answer_error`, withheld at `answer_unknown` (then mostly unknown,
    else partial or refused). `states` is months x accounts x 4, history only.
    """
    draw = stream(seed, "interviews")
    attention = _attention(visits, calendar, len(worked))
    asked = _asked(round(world.interviewed_share * len(worked)), worked & prospects, prospects, attention, draw)

    asked = np.union1d(asked, np.flatnonzero(wanted))
    ago = draw.integers(0, INTERVIEW_MONTHS, len(asked))
    month = calendar.months - 1 - np.where(wanted[asked], 0, ago)
    month, account = np.repeat(month, world.respondents), np.repeat(asked, world.respondents)
    respondent = np.tile(np.arange(world.respondents), len(asked))
    observed_at = calendar.instants(month, draw.random(len(account)))
    recorded_at = shift(observed_at, draw.integers(0, 4, len(account)))
    role = np.where(respondent < 2, respondent, 2 + (draw.random(len(account)) < _OUTSIDERS))
    answer = _answers(world, states[month, account], draw)

    order = np.lexsort((respondent, account, observed_at))
    dimensions = answer.shape[1]
    return Evidence(
        account=np.repeat(account[order], dimensions),
        respondent=np.repeat(respondent[order], dimensions),
        role=np.repeat(role[order], dimensions),
        dimension=np.tile(np.arange(dimensions), len(account)),
        answer=answer[order].ravel(),
        observed_at=np.repeat(observed_at[order], dimensions),
        recorded_at=np.repeat(recorded_at[order], dimensions),
    )


def _attention(visits: Signals, calendar: Calendar, count: int) -> Ints:
    """Visits per account in the half year before the interviews began."""
    since, until = calendar.month_start(calendar.months - np.array([2, 1]) * INTERVIEW_MONTHS)
    seen = (visits.occurred_at >= since) & (visits.occurred_at < until)
    return np.bincount(visits.account[seen], minlength=count).astype(np.int64)


def _asked(budget: int, worked: Flags, prospects: Flags, attention: Ints, draw: np.random.Generator) -> Ints:
    """Half of the budget drawn among the accounts worked by sales, the rest to the most attentive others."""
    lots = draw.random(len(worked))
    first = np.flatnonzero(worked)[np.argsort(lots[worked])][: budget // 2]
    others = np.lexsort((lots, -attention))
    others = others[prospects[others] & ~np.isin(others, first)][: budget - len(first)]
    return np.sort(np.concatenate((first, others)))


def _answers(world: World, truth: Flags, draw: np.random.Generator) -> Ints:
    said = truth ^ (draw.random(truth.shape) < world.answer_error)
    withheld = draw.random(truth.shape) < world.answer_unknown
    excuse = np.array((UNKNOWN, PARTIAL, REFUSED))[pick(draw.random(truth.shape), _WITHHELD_AS)]
    return np.where(withheld, excuse, np.where(said, YES, NO))


def touches(effort: Flags, calendar: Calendar, seed: int) -> Touches:
    """What sales did on the accounts it works (`effort`: months x accounts, history only)."""
    draw = stream(seed, "touches")
    counts = draw.poisson(_TOUCHES_PER_MONTH, effort.shape) * effort
    month, account = np.nonzero(counts)
    times = counts[month, account]
    month, account = np.repeat(month, times), np.repeat(account, times)
    occurred_at = calendar.instants(month, draw.random(len(month)))
    kind = pick(draw.random(len(month)), _TOUCH_KINDS)
    order = np.lexsort((account, occurred_at))
    return Touches(account[order], kind[order], occurred_at[order])
