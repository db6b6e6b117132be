"""What are a company's names, word by word, and how much does each word say?

A name is compared by its words: legal forms, notes of exchanges and joining words left out, abbreviations written out. What a
word says is its information: minus log2 of the share of names that have it, in bits. The share is that of the records at hand,
drawn to the share among listed companies as if `BACKGROUND` names of those were there too.
"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.identity.spec import IdentitySpec
from tierwise.stages.accounts.identity.words import RARE

BACKGROUND = 1000.0


def match_names(spec: IdentitySpec, as_of: date) -> Query:
    """The plain names of every group of keys. One row per group and name."""
    return query(
        """
        select distinct g.group_id, plain_words(r.name) as name
        from landing_accounts r
        join spec_sources s on s.source = r.source
        join key_groups g
          on g.key_space = case when r.account_key is not null then s.key_space else 'domain' end
         and g.account_key = coalesce(r.account_key, r.domain_key)
        where :enabled and plain_words(r.name) <> ''
        """,
        enabled=spec.enabled,
    )


def match_written(spec: IdentitySpec, as_of: date) -> Query:
    """The words by which names are compared. One row per name and word.

    A number or letter behind a legal form or a note of an exchange belongs to it: "Class A", "EO 1,25".
    A name that has no other words keeps its legal forms and joining words: "The Company Ltd" is compared by them.
    """
    return query(
        """
        with named as (
            select distinct name from match_names
        ),
        written as (
            select n.name, p.place, split_part(n.name, ' ', cast(p.place as integer)) as word
            from named n cross join spec_name_places p
        ),
        known as (
            select w.name, w.place, coalesce(k.means, w.word) as word, coalesce(k.kind, '') as kind,
                   coalesce(k.share, :rare) as share, w.word between '0' and '9z' as is_number,
                   max(case when k.kind in ('legal', 'listing', 'currency') then 1 else 0 end) over (
                       partition by w.name order by w.place rows between unbounded preceding and 1 preceding) as noted,
                   lead(w.word between '0' and '9z') over (partition by w.name order by w.place) as number_follows
            from written w
            left join spec_name_words k on k.word = w.word
            where w.word <> ''
        ),
        chosen as (
            select k.name, k.place, k.word, k.share,
                   case when k.kind = 'common' then 'common' when k.is_number then 'number'
                        when length(k.word) = 1 then 'letter' else 'word' end as kind,
                   not (k.kind in ('legal', 'joining', 'listing')
                        or (k.kind = 'currency' and k.place > 1 and coalesce(k.number_follows, true))
                        or ((k.is_number or length(k.word) = 1) and k.place > 1
                            and (coalesce(k.noted, 0) = 1 or k.word like '0%'))) as says_something
            from known k
        ),
        kept as (
            select c.*, max(case when c.says_something then 1 else 0 end) over (partition by c.name) as any_says
            from chosen c
        ),
        once as (
            select name, word, min(place) as place, min(kind) as kind, min(share) as share
            from kept where says_something or any_says = 0
            group by name, word
        )
        select name, word, row_number() over (partition by name order by place) as place, kind, share from once
        """,
        rare=RARE,
    )


def match_cores(spec: IdentitySpec, as_of: date) -> Query:
    """What is left of each name: its words as one, its initials, its first and second word. One row per name."""
    return query(
        """
        select name, dense_rank() over (order by name) as name_number,
               coalesce(max(case when place = 1 then word end), '') || coalesce(max(case when place = 2 then word end), '')
               || coalesce(max(case when place = 3 then word end), '') || coalesce(max(case when place = 4 then word end), '')
               || coalesce(max(case when place = 5 then word end), '') || coalesce(max(case when place = 6 then word end), '')
               || coalesce(max(case when place = 7 then word end), '') || coalesce(max(case when place = 8 then word end), '')
                   as core,
               coalesce(max(case when place = 1 then substr(word, 1, 1) end), '')
               || coalesce(max(case when place = 2 then substr(word, 1, 1) end), '')
               || coalesce(max(case when place = 3 then substr(word, 1, 1) end), '')
               || coalesce(max(case when place = 4 then substr(word, 1, 1) end), '')
               || coalesce(max(case when place = 5 then substr(word, 1, 1) end), '') as initials,
               max(case when place = 1 then word end) as first_word,
               max(case when place = 2 then word end) as second_word,
               max(place) as words
        from match_written
        group by name
        """
    )


def match_words(spec: IdentitySpec, as_of: date) -> Query:
    """The words of each name with their information. One row per name and word.

    Names that differ only in what is left out (`Acme Inc`, `ACME Corp.`) count once, so that a company written in ten ways
    does not make its own name common.
    """
    return query(
        """
        with counted as (
            select w.word, count(distinct c.core) as names, min(w.share) as share
            from match_written w join match_cores c on c.name = w.name
            group by w.word
        ),
        total as (
            select count(distinct core) as names from match_cores
        ),
        informed as (
            select c.word, round(-ln((c.names + :background * c.share) / (t.names + :background)) / ln(2), 6) as bits
            from counted c cross join total t
        )
        select w.name, c.name_number, w.word, w.place, w.kind, i.bits, c.initials, c.words
        from match_written w
        join match_cores c on c.name = w.name
        join informed i on i.word = w.word
        """,
        background=BACKGROUND,
    )
