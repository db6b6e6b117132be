"""What do the judgements in force come to, those of today among them, before a list is made of them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tierwise.pipeline.explain.account import Reader, Rows
from tierwise.stages.accounts.joining.judged import weighed

Entries = Sequence[Mapping[str, Any]]


def standing(reader: Reader | None, entries: Entries) -> Rows:
    """Judgements in force, each with its state: `obeyed`, `contradicted` (`against` names the entries), `no_record`, or `new`
    where no list has heeded it yet.

    Contradictions are those of all `entries`; the groups are those of the list that `reader` reads. Without one (nothing is
    published yet) a key is a group.
    """
    told: dict[int, str] = {}
    group_of: dict[str, str] = {}
    if reader is not None:
        told = {row["entry"]: row["state"] for row in reader.rows("select entry, state from judgements")}
        group_of = groups_of(reader, {str(entry[end]) for entry in entries for end in ("left_key", "right_key")})
    heard = [entry for entry in entries if told.get(entry["entry"]) != "no_record"]
    against = weighed(_ends(heard, group_of)).against
    return [
        {
            **entry,
            "state": _state(entry["entry"] in against, told.get(entry["entry"], "new")),
            "against": ", ".join(map(str, sorted(against.get(entry["entry"], ())))),
        }
        for entry in entries
    ]


def _state(opposed: bool, told: str) -> str:
    """The state of an entry that others oppose or not, and of which the list in force told a state."""
    if opposed:
        return "contradicted"
    return "new" if told == "contradicted" else told  # what opposed it was withdrawn since


def contradictions(rows: Rows) -> list[Rows]:
    """The judgements that contradict each other, those that belong together in one list each, oldest first."""
    beside = {
        row["entry"]: {int(number) for number in row["against"].split(", ")}
        for row in rows
        if row["state"] == "contradicted"
    }
    found, seen = [], set[int]()
    for entry in sorted(beside):
        together, waiting = set[int](), {entry} - seen
        while waiting:
            together |= waiting
            waiting = {other for one in waiting for other in beside[one]} - together
        if together:
            seen |= together
            found.append([row for row in rows if row["entry"] in together])
    return found


def groups_of(reader: Reader, keys: set[str]) -> dict[str, str]:
    """The group of each key that a record has."""
    rows = reader.rows(
        """
        select key_space || ':' || account_key as name, group_id from key_groups
        where key_space || ':' || account_key in (:keys)
        """,
        keys=sorted(keys) or [""],
    )
    return {str(row["name"]): str(row["group_id"]) for row in rows}


def _ends(entries: Entries, groups: Mapping[str, str]) -> Rows:
    """Each judgement with the groups of its keys; keys that people take out of their group are a group of their own."""
    parts = {
        str(entry["left_key"]): f"~{entry.get('together') or entry['left_key']}"
        for entry in entries
        if entry["decision"] == "split"
    }
    for entry in entries:
        left, right = str(entry["left_key"]), str(entry["right_key"])
        group = groups.get(left)
        if (
            entry["decision"] == "different"
            and group
            and group == groups.get(right)
            and not {left, right} & parts.keys()
        ):
            leaves = right if left == group else left
            parts[leaves] = f"~{leaves}"
    named = {**groups, **parts}
    return [
        {**entry, "left_group": named.get(str(entry["left_key"]), entry["left_key"]),
         "right_group": named.get(str(entry["right_key"]), entry["right_key"])}
        for entry in entries
    ]  # fmt: skip
