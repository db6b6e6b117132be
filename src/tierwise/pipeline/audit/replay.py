"""Tiers once more, with repaired records: only what stands between accounts and seats, all draws at once.

A draw is a world of its own in the same tables: its accounts bear its name, and its teams too, so that the steps of the flow
seat every draw side by side. Only accounts whose records change are judged anew; the others compete as they are. All seats are
given afresh, today's list among them, for a list that is held in place would hide what its records do to it.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tierwise.core.table import INTEGER, NUMBER, TEXT, Column, Table
from tierwise.model.model import Model
from tierwise.pipeline.run import step_named
from tierwise.pipeline.shelf import Workbench
from tierwise.sql.query import Query, aliased, column, query
from tierwise.stages.accounts.audit import AuditSpec
from tierwise.stages.accounts.unify import size_band
from tierwise.stages.segmentation.tiers import TiersSpec
from tierwise.tables.arrow import filled

# From accounts to seats: judged anew for those whose records change, then for everybody.
OF_SEGMENTS = ("segment_members", "account_segments")
OF_ACCOUNTS = ("fit_scores", "fit_reasons", "fit", "standings", "candidates")
OF_SEATS = ("ranked", "queue", "first_seats", "second_seats", "seatings")
TODAY = ""  # the contest in which nothing is repaired
IDS = Table("ids", "one row per contest and account judged anew in it", (
    Column("contest", TEXT, "the contest"), Column("account_id", TEXT, "its name in the contest"),
    Column("of", TEXT, "the account"),
))  # fmt: skip
CONTESTS = Table("contests", "one row per contest", (
    Column("contest", TEXT, "the contest"), Column("defect", TEXT, "class of defect, or all"),
    Column("field", TEXT, "field"), Column("share", NUMBER, "share repaired"), Column("draw", INTEGER, "number of the draw"),
))  # fmt: skip
SEATED = Table("seated", "one row per contest and account that competes", (
    Column("contest", TEXT, "the contest"), Column("of", TEXT, "the account"), Column("tier", TEXT, "tier, 3 without a seat"),
    Column("value", NUMBER, "value"),
))  # fmt: skip


class Replay:
    """The seats of many contests on a workbench where `audit_repairs` is."""

    def __init__(self, bench: Workbench, model: Model) -> None:
        audit, tiers = model.specs["audit"], model.specs["tiers"]
        assert isinstance(audit, AuditSpec)
        assert isinstance(tiers, TiersSpec)
        self._bench, self._model, self._audit, self._tiers = bench, model, audit, tiers
        self._renamed: dict[str, str] = {}

    def seats(self) -> pa.Table:
        """What each contest changes against today. One row per contest: who enters and leaves, and what it brings."""
        bench = self._bench
        self._renamed = {}
        bench.make("contests", _CONTESTS, CONTESTS)
        bench.make("ids", _IDS, IDS)
        self._make("accounts", self._repaired_accounts())
        for name in OF_SEGMENTS:
            self._make(name, self._step(name))
        bench.make("judged_ids", _JUDGED.reading(segmented=self._renamed["account_segments"]), IDS)
        bench.make("judged_accounts", self._judged_accounts(), bench.shape("accounts"))
        self._renamed["accounts"] = "judged_accounts"
        for name in OF_ACCOUNTS:
            self._make(name, self._step(name))
        self._renamed["candidates"] = self._competing()
        self._nobody("earlier_memberships")
        self._nobody("commitments")
        for name in ("review", "spec_teams", "capacity"):
            self._make(name, self._per_contest(name))
        for name in OF_SEATS:
            self._make(name, self._step(name))
        bench.make(
            "seated", _SEATED.reading(seatings=self._renamed["seatings"], competing=self._renamed["candidates"]), SEATED
        )
        gain = self._tiers.gain
        found = query(
            _CHANGED, one=gain.one_to_one - gain.one_to_many, few=gain.one_to_few - gain.one_to_many, today=TODAY
        )
        return bench.fetch(found)

    def _make(self, name: str, wanted: Query) -> None:
        """A table of the flow as the contests have it, under a name of its own."""
        self._bench.make(f"contest_{name}", wanted, self._bench.shape(name))
        self._renamed[name] = f"contest_{name}"

    def _nobody(self, name: str) -> None:
        shape = self._bench.shape(name)
        self._bench.put(f"contest_{name}", filled(shape, ()), shape)
        self._renamed[name] = f"contest_{name}"

    def _step(self, name: str) -> Query:
        """A step of the flow, reading what the contests have; tables by account are there for those judged anew."""
        step = step_named(name)
        assert step is not None
        # Contests are lines of their own, also where there is one team for all.
        made = self._bench.query(step, self._tiers.model_copy(update={"per": "contest"}) if name == "ranked" else None)
        if name in OF_ACCOUNTS:
            for read in made.reads:
                if read not in self._renamed and "account_id" in self._bench.shape(read).types:
                    self._make(read, self._copied(read))
        return made.reading(**self._renamed)

    def _copied(self, name: str) -> Query:
        """The rows of a table for every account judged anew, under its names in the contests.

        With a domain comes the attention of an account that has one, where that is more.
        """
        names = [n for n in self._bench.shape(name).names if n != "account_id"]
        columns: list[Any] = [column(n, "t") for n in names]
        if name == "lifecycle":
            place = names.index("group_customer")
            changed = query("select coalesce(cast(r.value as boolean), t.group_customer)").tree.expressions[0]
            columns[place] = aliased(changed, "group_customer")
        if name == "intent":
            return query(_ATTENTION, columns=columns).reading(copied=name)
        return query(
            """
            select i.account_id, :columns
            from copied t
            join judged_ids i on i.of = t.account_id
            left join audit_repairs r on r.contest = i.contest and r.account_id = i.of and r.field = 'parent'
            """,
            columns=columns,
        ).reading(copied=name)

    def _repaired_accounts(self) -> Query:
        """Accounts with what repaired records say of them; the size band follows the size."""
        shape = self._bench.shape("accounts")
        fields = {c.name: c.type for c in self._audit.fields if c.name in shape.types and c.name != "domain"}
        said = [
            aliased(query("select max(case when field = :f then value end)", f=name).tree.expressions[0], name)
            for name in fields
        ]
        columns: list[Any] = []
        for name in shape.names:
            if name in fields:
                new = query(f"select coalesce({_typed(fields[name])}, a.{name})".replace("VALUE", f"s.{name}"))
                columns.append(aliased(new.tree.expressions[0], name))
            elif name == "buying_id":  # who buys for itself does so in every contest
                columns.append(aliased(_BUYS.tree.expressions[0], name))
            elif name not in ("account_id", "employee_band"):
                columns.append(column(name, "a"))
        kept = ["account_id", *(c.alias_or_name for c in columns)]
        repaired = query(
            """
                select i.account_id, :columns
                from accounts a
                join ids i on i.of = a.account_id
                left join said s on s.contest = i.contest and s.account_id = i.of
                """,
            columns=columns,
        ).with_table(
            "said",
            query("select contest, account_id, :said from audit_repairs group by contest, account_id", said=said),
        )
        return query(
            "select :kept, :band as employee_band from repaired u",
            kept=[column(name, "u") for name in kept],
            band=size_band(self._model.accounts.employee_bands, "u"),
        ).with_table("repaired", repaired)

    def _judged_accounts(self) -> Query:
        """The repaired accounts that can have a seat."""
        return query(
            "select :columns from repaired a join judged_ids i on i.account_id = a.account_id",
            columns=[column(name, "a") for name in self._bench.shape("accounts").names],
        ).reading(repaired=self._renamed["accounts"])

    def _competing(self) -> str:
        """Who competes in each contest: those judged anew, and all others as they are today. Its name."""
        names = [n for n in self._bench.shape("candidates").names if n not in ("account_id", "team")]
        wanted = query(
            """
            select c.contest || '|' || o.account_id as account_id, c.contest || '|' || o.team as team, :others
            from contests c
            cross join candidates o
            left join ids i on i.contest = c.contest and i.of = o.account_id
            where i.of is null and o.standing = 'eligible' and o.seatable
            union all
            select j.account_id, i.contest || '|' || j.team as team, :judged
            from judged j
            join ids i on i.account_id = j.account_id
            where j.standing = 'eligible' and j.seatable
            """,
            others=[column(name, "o") for name in names],
            judged=[column(name, "j") for name in names],
        ).reading(judged=self._renamed["candidates"])
        self._bench.make("competing", wanted, self._bench.shape("candidates"))
        return "competing"

    def _per_contest(self, name: str) -> Query:
        """Seats as they are today in every contest; all of it is a review, in which every seat is given."""
        if name == "review":
            return query("select cast(null as date) as last_on, true as due, cast(null as date) as next_on")
        names = [n for n in self._bench.shape(name).names if n != "team"]
        return query(
            "select c.contest || '|' || t.team as team, :columns from given t cross join contests c",
            columns=[column(n, "t") for n in names],
        ).reading(given=name)


def _typed(type_: str) -> str:
    """A repaired value, which is text, as its column has it."""
    if type_ == TEXT:
        return "VALUE"
    if type_ == INTEGER:
        return "cast(round(cast(VALUE as double)) as bigint)"
    return f"cast(VALUE as {type_})"


_BUYS = query("select case when a.buying_id = a.account_id then i.account_id else a.buying_id end")
_CONTESTS = query(
    """
    select distinct contest, defect, of_field as field, share, draw from audit_repairs
    union all
    select '' as contest, '' as defect, '' as field, cast(0 as double) as share, cast(0 as bigint) as draw
    """
)
# Today's contest holds every account: what the flow counts over all accounts is then as it is.
_IDS = query(
    """
    select r.contest, r.contest || '|' || r.account_id as account_id, r.account_id as of
    from (select distinct contest, account_id from audit_repairs) r
    union all
    select '' as contest, '|' || a.account_id as account_id, a.account_id as of from accounts a
    """
)
# Whoever is in no segment has no seat, unless somebody decided so, and neither has who is another account. Of today everybody
# is judged, for the same reason as above.
_JUDGED = query(
    """
    select i.contest, i.account_id, i.of
    from ids i
    left join segmented s on s.account_id = i.account_id
    left join overrides o on o.account_id = i.of
    left join audit_repairs g on g.contest = i.contest and g.account_id = i.of and g.field = 'record'
    where i.contest = '' or (g.account_id is null and (s.account_id is not null or o.account_id is not null))
    """
)
_ATTENTION = """
    select i.account_id, :columns
    from judged_ids i
    left join copied o on o.account_id = i.of
    left join audit_repairs r on r.contest = i.contest and r.account_id = i.of and r.field = 'domain'
    left join copied d on d.account_id = r.value
    join copied t on t.account_id = case when coalesce(d.intent, 0) > coalesce(o.intent, 0) then r.value else i.of end
"""
_SEATED = query(
    """
    select c.contest, substr(p.account_id, length(c.contest) + 2) as of, coalesce(s.tier, '3') as tier, p.value
    from competing p
    join contest_teams c on c.team = p.team
    left join seatings s on s.account_id = p.account_id
    """
).with_table(
    "contest_teams",
    query("select c.contest, c.contest || '|' || t.team as team from spec_teams t cross join contests c"),
)
# Who sits otherwise than today, and what the repaired list brings beyond today's, both judged by the repaired records.
_CHANGED = """
    with today as (select of, tier from seated where contest = :today and tier in ('1', '2')),
    pairs as (
        select c.contest, t.of, t.tier as before from contests c cross join today t where c.contest <> :today
        union all
        select s.contest, s.of, '3' as before
        from seated s
        left join today t on t.of = s.of
        where s.contest <> :today and s.tier in ('1', '2') and t.of is null
    )
    select c.defect, c.field, c.share, c.draw,
           count_if(coalesce(s.tier, '3') = '1' and p.before <> '1') as into_one,
           count_if(coalesce(s.tier, '3') <> '1' and p.before = '1') as out_of_one,
           count_if(coalesce(s.tier, '3') in ('1', '2') and p.before = '3') as into_list,
           count_if(coalesce(s.tier, '3') = '3' and p.before in ('1', '2')) as out_of_list,
           count_if(coalesce(s.tier, '3') <> p.before) as moves,
           exact_sum(coalesce(s.value, 0) * (
               case s.tier when '1' then :one when '2' then :few else 0 end
               - case p.before when '1' then :one when '2' then :few else 0 end)) as brings
    from pairs p
    join contests c on c.contest = p.contest
    left join seated s on s.contest = p.contest and s.of = p.of
    group by c.defect, c.field, c.share, c.draw
    order by c.defect, c.field, c.share, c.draw
"""
