"""One company of one seed: what each list would bring, per seat, from what is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np

from tierwise.pipeline.acceptance.claims import Outcome, Played, outcomes
from tierwise.pipeline.acceptance.company import assessed
from tierwise.pipeline.acceptance.lists import lists, to_ask
from tierwise.pipeline.run import Progress
from tierwise.simulate import W0A, W0B, W0C, W0D, W1, market
from tierwise.simulate.effect import effect

WORLDS = {
    "reference": W1,
    "segments_alike": W0A,
    "readiness_irrelevant": W0B,
    "intent_is_noise": W0C,
    "effort_does_nothing": W0D,
}
LOGO_TRAP = 3  # its place among the segments of a world
ASKED = 0.05  # share of the accounts that can be interviewed


def acceptance(
    worlds: Sequence[str],
    seeds: Sequence[int],
    accounts: int,
    seats: int,
    jobs: int = 1,
    progress: Progress = lambda step, done, of: None,
) -> list[Outcome]:
    """Every claim about some worlds, over companies of some seeds; `jobs` companies at once, each in a process of its own."""
    wanted = [(world, seed, accounts, seats) for world in worlds for seed in seeds]
    played: dict[str, list[Mapping[str, Played]]] = {world: [] for world in worlds}
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for done, (job, result) in enumerate(zip(wanted, pool.map(_play, wanted), strict=True), 1):
            played[job[0]].append(result)
            progress(f"{job[0]}, seed {job[1]}", done, len(wanted))
    return outcomes(played)


def _play(job: tuple[str, int, int, int]) -> Mapping[str, Played]:
    return play(*job)


def play(world: str, seed: int, accounts: int, seats: int) -> Mapping[str, Played]:
    """Every list of one company. First nobody has been asked; then those whom the product would ask."""
    truth = replace(WORLDS[world], interviewed_share=0.0)
    unasked = market(seed, accounts, truth)
    before = assessed(unasked, seats)
    asked = to_ask(before, round(ASKED * accounts))
    after = assessed(market(seed, accounts, truth, asked=asked), seats)
    found = effect(unasked)
    place = {key: i for i, key in enumerate(unasked.accounts.key.tolist())}
    result = {}
    for name, keys in lists(before, after, seats).items():
        at = np.array([place[key] for key in keys], dtype=np.int64)
        filled = max(len(at), 1)
        result[name] = Played(
            len(at),
            float(found.deals[at].sum()) / filled,
            float(found.value[at].sum()) / filled,
            float(found.can_act[at].sum()) / filled,
            float((unasked.accounts.segment[at] == LOGO_TRAP).sum()) / filled,
        )
    return result
