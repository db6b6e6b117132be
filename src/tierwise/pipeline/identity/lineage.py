"""Which records make up an account, by which links, and which of them gave each value?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierwise.core.errors import NotFound, near_miss
from tierwise.core.spec import Spec
from tierwise.pipeline.explain.account import Reader, Rows
from tierwise.sql.query import query
from tierwise.stages.accounts.unify import AccountsSpec, ranked_records
from tierwise.tables.accounts import ATTRIBUTES

# Columns of accounts that are called otherwise in the records.
OF_RECORDS = {"domain": "domain_key"}
FLAGS = ("do_not_contact", "competitor")
RULES = {
    "recency": "the most recent record that has one; among equally recent ones the first source of the model",
    "priority": "the first source of the model that has one; within it the most recent record",
}


@dataclass(frozen=True)
class Lineage:
    """Where an account comes from.

    `keys`: each key with its group and what links it. `groups`: what joined each group to the others. `fields`: each value
    with the record that gave it, the rule that decided, and what other records say.
    """

    account_id: str
    keys: Rows
    groups: Rows
    fields: Rows


def lineage(reader: Reader, account_id: str, spec: Spec, field: str | None = None) -> Lineage:
    """The lineage of one account, or of one of its fields. Raises NotFound for a field that accounts do not have."""
    assert isinstance(spec, AccountsSpec)
    named = ["name", "domain", *(c.name for c in (*ATTRIBUTES, *spec.columns())), "owner", *FLAGS, "created_at"]
    if field is not None and field not in named:
        raise NotFound(f"accounts have no field '{field}'", near_miss(field, named) or f"one of: {', '.join(named)}")
    ranked = query(
        """
        select r.*, b.file
        from ranked r
        left join batches b on b.batch_id = r.source || '/accounts/' || r.batch_id
        where r.account_id = :account
        order by r.place
        """,
        account=account_id,
    ).with_table("ranked", ranked_records(spec))
    records = reader.fetch(ranked).to_pylist()
    keys = reader.rows(
        """
        select k.key_space, k.account_key, g.group_id
        from account_keys k
        join key_groups g on g.key_space = k.key_space and g.account_key = k.account_key
        where k.account_id = :account
        order by g.group_id, k.key_space, k.account_key
        """,
        account=account_id,
    )
    spaces = {row["source"]: row["key_space"] for row in reader.rows("select source, key_space from spec_sources")}
    return Lineage(
        account_id,
        [{**key, "link": _link(key, records, spaces)} for key in keys],
        _joined(reader, sorted({key["group_id"] for key in keys})),
        [_told(name, records, spec.survivorship) for name in named if field in (None, name)],
    )


def _told(field: str, records: Rows, survivorship: str) -> dict[str, Any]:
    """One field: its value, the record that gave it, the rule, and the others."""
    column = OF_RECORDS.get(field, field)
    said = [_said(record, column) for record in records if record[column] is not None]
    if field in FLAGS:
        said.sort(key=lambda one: not one["value"])
        rule = "it holds as soon as one record says so"
    elif field == "created_at":
        said.sort(key=lambda one: one["value"])
        rule = "the earliest that a record says"
    else:
        rule = RULES[survivorship]
    first: Mapping[str, Any] = said[0] if said else {}
    return {"field": field, "value": first.get("value"), "by": first or None, "rule": rule, "others": said[1:]}


def _said(record: Mapping[str, Any], column: str) -> dict[str, Any]:
    kept = ("source", "record_id", "file", "row_number", "updated_at", "known_at", "loaded_at")
    return {"value": record[column], **{name: record[name] for name in kept}}


def _link(key: Mapping[str, Any], records: Rows, spaces: Mapping[str, str]) -> str:
    """What puts a key into its group, in words."""
    name = f"{key['key_space']}:{key['account_key']}"
    if key["key_space"] == "domain":
        owners = sorted({_called(r) for r in records if r["domain_key"] == key["account_key"]})
        return f"web domain of {', '.join(owners)}" if owners else "web domain of an earlier record"
    own = [r for r in records if spaces.get(r["source"]) == key["key_space"] and r["account_key"] == key["account_key"]]
    naming = [
        r for r in records if r["other_key"] == key["account_key"] and spaces.get(r["other_source"]) == key["key_space"]
    ]
    if naming:
        return f"named by the record {_called(naming[0])}"
    domain = next((r["domain_key"] for r in own if r["domain_key"]), None)
    if domain and key["group_id"] == f"domain:{domain}":
        return f"same domain {domain}"
    return "gives the group its name" if name == key["group_id"] else "the same key in its source"


def _called(record: Mapping[str, Any]) -> str:
    return f"{record['source']}:{record['account_key'] or record['record_id']}"


def _joined(reader: Reader, groups: Sequence[str]) -> Rows:
    """What joins the groups of an account: judgements that are obeyed, and pairs that matching is sure of."""
    wanted = list(groups) or [""]
    judged = reader.rows(
        """
        select entry, decision, left_key, right_key, left_group, right_group, recorder, known_at, note
        from judgements
        where state = 'obeyed' and (left_group in (:groups) or right_group in (:groups))
        order by entry
        """,
        groups=wanted,
    )
    matched = reader.rows(
        """
        select left_id, right_id, cast(weight as double) as weight, cast(probability as double) as probability
        from match_pairs
        where decision = 'same' and left_id in (:groups) and right_id in (:groups)
        order by left_id, right_id
        """,
        groups=wanted,
    )
    texts = reader.rows(
        "select left_id, right_id, text from match_reasons where left_id in (:groups) order by weight desc, field",
        groups=wanted,
    )
    rows = [
        {"by": "judgement", "left": r["left_key"], "right": r["right_key"], "text": _sentence(r), **_only(r)}
        for r in judged
    ]
    return rows + [
        {
            "by": "match", "left": r["left_id"], "right": r["right_id"], "weight": r["weight"],
            "text": f"matched at {r['weight']:.1f} bits: "
            + "; ".join(t["text"] for t in texts if (t["left_id"], t["right_id"]) == (r["left_id"], r["right_id"])),
        }
        for r in matched
    ]  # fmt: skip


def _only(judged: Mapping[str, Any]) -> dict[str, Any]:
    return {name: judged[name] for name in ("entry", "decision", "recorder", "known_at", "note")}


def _sentence(judged: Mapping[str, Any]) -> str:
    apart = f"split from the company of {judged['right_key']}"
    said = {"same": "judged the same", "different": "judged different", "split": apart}[judged["decision"]]
    note = f" ({judged['note']})" if judged["note"] else ""
    return f"{said} by {judged['recorder']} on {judged['known_at']:%Y-%m-%d}, entry {judged['entry']}{note}"
