"""Which groups of keys are one account: by judgements, by what matching is sure of, and under which id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import Results, run

from tierwise.stages.accounts.joining.judged import JoiningSpec

STEPS = (
    "parted_keys", "judged_ends", "judgements", "judged_groups", "apart_groups", "match_links", "reach_near", "reach_far",
    "reach", "match_chains", "cut_links", "cut_groups", "joined_keys", "id_claims", "account_ids", "account_keys", "former_ids",
)  # fmt: skip
Judged = tuple[str, str, str]


def groups(**keys: str) -> list[dict[str, Any]]:
    """Rows of `key_groups`: group -> its keys of the CRM, blanks between."""
    return [
        {"key_space": "crm", "account_key": key, "group_id": f"crm:{group}"}
        for group, all_keys in keys.items()
        for key in all_keys.split()
    ]


def judged(*said: Judged) -> list[dict[str, Any]]:
    """Rows of the ledger; `split` of several keys names them with blanks between."""
    rows = []
    for decision, left, right in said:
        for key in left.split():
            together = f"crm:{left.split()[0]}"
            rows.append(
                {
                    "entry": len(rows) + 1,
                    "decision": decision,
                    "left_key": f"crm:{key}",
                    "right_key": f"crm:{right}",
                    "together": together if decision == "split" else None,
                }
            )
    return rows


def sure(*pairs: tuple[str, str, float]) -> list[dict[str, Any]]:
    return [
        {
            "left_id": min(f"crm:{a}", f"crm:{b}"), "right_id": max(f"crm:{a}", f"crm:{b}"), "weight": Decimal(w),
            "decision": "same",
        }
        for a, b, w in pairs
    ]  # fmt: skip


def found(
    key_groups: list[dict[str, Any]],
    said: Iterable[Mapping[str, Any]] = (),
    pairs: Iterable[Mapping[str, Any]] = (),
    earlier: Iterable[Mapping[str, Any]] = (),
    most: int = 20,
) -> Results:
    given = {"key_groups": key_groups, "recorded_judgements": said, "match_pairs": pairs, "earlier_keys": earlier}
    return run(*STEPS, given=given, joining=JoiningSpec(most_groups=most))


def accounts(results: Results) -> dict[str, str]:
    """The account of each key."""
    return {row["account_key"]: row["account_id"].removeprefix("crm:") for row in results["account_keys"]}


def states(results: Results) -> list[tuple[str, str]]:
    return [(row["state"], row["against"]) for row in results["judgements"]]


A_TO_D = groups(a="a", b="b", c="c", d="d")


def test_groups_are_accounts_when_nobody_says_more() -> None:
    assert accounts(found(groups(a="a x", b="b"))) == {"a": "a", "x": "a", "b": "b"}


def test_what_people_and_matching_join() -> None:
    results = found(A_TO_D, judged(("same", "a", "b")), sure(("b", "c", 9.0)))
    assert accounts(results) == {"a": "a", "b": "a", "c": "a", "d": "d"}
    assert states(results) == [("obeyed", "")]


def test_a_pair_that_is_rejected_is_not_joined_by_way_of_a_third() -> None:
    pairs = sure(("a", "b", 5.0), ("b", "c", 9.0), ("c", "d", 4.0))
    assert accounts(found(A_TO_D, judged(("different", "a", "c")), pairs)) == {"a": "a", "b": "b", "c": "b", "d": "b"}
    assert accounts(found(A_TO_D, judged(("different", "a", "b")), sure(("a", "b", 9.0)))) == {k: k for k in "abcd"}


def test_what_people_joined_is_kept_apart_as_a_whole() -> None:
    said = judged(("same", "a", "b"), ("different", "b", "c"))
    assert accounts(found(A_TO_D, said, sure(("a", "c", 9.0), ("c", "d", 3.0)))) == {
        "a": "a",
        "b": "a",
        "c": "c",
        "d": "c",
    }


def test_contradicting_judgements_join_nothing_until_one_is_withdrawn() -> None:
    said = judged(("same", "a", "b"), ("same", "b", "c"), ("different", "a", "c"), ("same", "c", "d"))
    results = found(A_TO_D, said)
    assert accounts(results) == {"a": "a", "b": "b", "c": "c", "d": "c"}
    assert states(results) == [("contradicted", "3"), ("contradicted", "3"), ("contradicted", "1, 2"), ("obeyed", "")]
    assert accounts(found(A_TO_D, [row for row in said if row["entry"] != 3])) == dict.fromkeys("abcd", "a")
    assert accounts(found(A_TO_D, judged(("same", "a", "b"), ("different", "b", "a")))) == {k: k for k in "abcd"}


def test_a_split_takes_named_keys_out_together() -> None:
    results = found(groups(a="a x y z"), judged(("split", "x y", "a")))
    assert accounts(results) == {"a": "a", "z": "a", "x": "x", "y": "x"}
    again = found(
        groups(a="a x y z", b="b"), [*judged(("split", "x y", "a")), {**judged(("same", "x", "b"))[0], "entry": 9}]
    )
    assert accounts(again) == {"a": "a", "z": "a", "x": "b", "y": "b", "b": "b"}


def test_a_key_after_which_the_group_is_named_may_be_split_off() -> None:
    assert accounts(found(groups(a="a x y"), judged(("split", "a", "x")))) == {"a": "a", "x": "x", "y": "x"}


def test_a_group_without_keys_links_nobody() -> None:
    said, pairs = judged(("split", "b x", "a")), sure(("a", "b", 9.0), ("b", "c", 9.0))
    assert accounts(found(groups(a="a", b="b x", c="c"), said, pairs)) == {"a": "a", "b": "b", "x": "b", "c": "c"}


def test_a_pair_that_the_records_join_later_stays_apart() -> None:
    assert accounts(found(groups(a="a x b"), judged(("different", "a", "b")))) == {"a": "a", "x": "a", "b": "b"}
    assert accounts(found(groups(a="a x b"), judged(("different", "b", "x")))) == {"a": "a", "b": "b", "x": "a"}


def test_a_judgement_of_a_key_that_no_record_has_waits() -> None:
    results = found(groups(a="a"), judged(("same", "a", "gone")))
    assert (accounts(results), states(results)) == ({"a": "a"}, [("no_record", "")])


def test_chains_that_grow_too_long_wait_for_people() -> None:
    names = [f"g{n:02d}" for n in range(30)]
    chain = sure(*((a, b, 9.0) for a, b in pairwise(names)))
    everyone = groups(**{name: name for name in names})
    results = found(everyone, (), chain, most=20)
    assert accounts(results) == {name: name for name in names}
    assert {row["outcome"] for row in results["match_chains"]} == {"too_long"}
    star = sure(*(("g00", other, 9.0) for other in names[1:]))
    assert set(accounts(found(everyone, (), star, most=30)).values()) == {"g00"}
    assert len(set(accounts(found(everyone, (), star, most=29)).values())) == 30


PAIRS = st.lists(st.sampled_from(list(combinations("abcdefgh", 2))), max_size=10)


@settings(max_examples=40, deadline=None)
@given(same=PAIRS, different=PAIRS, links=PAIRS, seed=st.randoms(use_true_random=False))
def test_what_is_rejected_is_apart_and_what_is_obeyed_is_joined(
    same: list[tuple[str, str]], different: list[tuple[str, str]], links: list[tuple[str, str]], seed: Any
) -> None:
    everyone = groups(**{name: name for name in "abcdefgh"})
    said = judged(*(("same", *pair) for pair in same), *(("different", *pair) for pair in different))
    pairs = sure(*((a, b, 1.0 + n) for n, (a, b) in enumerate(sorted(set(links)))))
    results = found(everyone, said, pairs)
    account = accounts(results)
    for row in results["judgements"]:
        together = account[row["left_key"][4:]] == account[row["right_key"][4:]]
        assert together == (row["decision"] == "same") or (row["decision"] == "same" and row["state"] == "contradicted")
        if row["decision"] == "same" and row["state"] == "contradicted":
            assert row["against"]
    for rows in (everyone, said, pairs):
        seed.shuffle(rows)
    assert accounts(found(everyone, said, pairs)) == account


def applied(ledger: list[dict[str, Any]], results: Results) -> list[dict[str, Any]]:
    """The rows of `earlier_keys` after a list was applied: written where a key's account is not the one last written."""
    rows, last = list(ledger), {(row["key_space"], row["account_key"]): row["account_id"] for row in ledger}
    for row in results["account_keys"]:
        called = f"{row['key_space']}:{row['account_key']}"
        if last.get((row["key_space"], row["account_key"]), called) != row["account_id"]:
            number = len(rows) + 1
            rows.append({**row, "first_row": number, "last_row": number})
    return rows


def read(ledger: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ledger as a list reads it: one row per key and id."""
    one: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in ledger:
        held = one.setdefault((row["key_space"], row["account_key"], row["account_id"]), dict(row))
        held["last_row"] = row["last_row"]
    return list(one.values())


def test_an_id_outlives_the_domain_it_was_made_of() -> None:
    ledger = applied([], found(groups(a="a x")))
    renamed = groups(n="a x n")
    assert accounts(found(renamed, earlier=read(ledger))) == {"a": "a", "x": "a", "n": "a"}
    taken = [*groups(n="x n"), *groups(a="a y")]
    ledger = applied(ledger, found(renamed, earlier=read(ledger)))
    assert accounts(found(taken, earlier=read(ledger))) == {"x": "a", "n": "a", "a": "y", "y": "y"}


def test_an_entry_of_old_leads_to_the_account_that_has_the_keys() -> None:
    ledger = applied([], found(groups(a="a x", b="b y")))
    both = found(groups(a="a x", b="b y"), judged(("same", "a", "b")), earlier=read(ledger))
    assert both["former_ids"] == [{"former_id": "crm:b", "account_id": "crm:a"}]
    ledger = applied(ledger, both)
    assert found(groups(a="a x", b="b y"), earlier=read(ledger))["former_ids"] == []


@settings(max_examples=12, deadline=None)
@given(same=PAIRS, links=PAIRS, seed=st.randoms(use_true_random=False))
def test_who_joins_and_leaves_has_its_id_again(
    same: list[tuple[str, str]], links: list[tuple[str, str]], seed: Any
) -> None:
    everyone = groups(**{name: f"{name} {name.upper()}" for name in "abcdefgh"})
    first = found(everyone)
    ledger = applied([], first)
    said, pairs = judged(*(("same", *pair) for pair in same)), sure(*((a, b, 5.0) for a, b in sorted(set(links))))
    second = found(everyone, said, pairs, read(ledger))
    ledger = applied(ledger, second)
    again = found(everyone, said, pairs, read(ledger))
    assert accounts(again) == accounts(second), "a list that changes nothing renames nobody"
    seed.shuffle(everyone)
    assert accounts(found(everyone, earlier=read(ledger))) == accounts(first)


def test_no_two_accounts_have_one_name() -> None:
    everyone = groups(a="a b", b="x", c="c")
    results = found(everyone, judged(("split", "a", "b")))
    assert len(set(accounts(results).values())) == len({row["joined_id"] for row in results["joined_keys"]}) == 4
