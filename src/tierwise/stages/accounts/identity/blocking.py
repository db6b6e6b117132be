"""Which companies are compared at all? Those that share a key: a rare word, two words, a beginning, an end,
the consonants of the first word, the name in a domain, a person.

A key that too many share is taken together with the country; if too many share it still it compares nobody. How many were
left out so is reported. Free-mail domains never were keys (they are emptied on loading).
"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.identity.spec import IdentitySpec


def match_places(spec: IdentitySpec, as_of: date) -> Query:
    """Where each group of keys with a name is, by its latest record that says so. One row per group."""
    return query(
        """
        select g.group_id,
               plain_words(last_by(r.country, r.updated_at, r.known_at, r.loaded_at, r.record_id)) as country,
               plain_words(last_by(r.city, r.updated_at, r.known_at, r.loaded_at, r.record_id)) as city
        from landing_accounts r
        join spec_sources s on s.source = r.source
        join key_groups g
          on g.key_space = case when r.account_key is not null then s.key_space else 'domain' end
         and g.account_key = coalesce(r.account_key, r.domain_key)
        where :enabled
        group by g.group_id
        """,
        enabled=spec.enabled,
    )


def match_domains(spec: IdentitySpec, as_of: date) -> Query:
    """The domains of each group of keys, and the name in each: that of `acme-tools.co.uk` is acmetools. One row per domain."""
    return query(
        """
        select g.group_id, g.account_key as domain, replace(split_part(g.account_key, '.', 1), '-', '') as label
        from key_groups g
        where g.key_space = 'domain' and :enabled
        """,
        enabled=spec.enabled,
    )


def match_keys(spec: IdentitySpec, as_of: date) -> Query:
    """The keys of each group, after the too common ones were split by country. One row per group and key.

    `kind` says what it is made of; `companies` share it; `used` when they are few enough to be compared.
    """
    return query(
        """
        with keyed as (
            select n.group_id, 'name' as kind, c.core as value
            from match_names n join match_cores c on c.name = n.name
            union
            select n.group_id, 'name' as kind, c.initials as value
            from match_names n join match_cores c on c.name = n.name where length(c.initials) > 2
            union
            select n.group_id, 'name' as kind, w.word as value
            from match_names n join match_words w on w.name = n.name where length(w.word) > 2 and w.kind = 'word'
            union
            select d.group_id, 'name' as kind, d.label as value from match_domains d
            union
            select group_id, 'person' as kind, person as value from match_people where telling
            union
            select n.group_id, 'two words' as kind, c.first_word || ' ' || c.second_word as value
            from match_names n join match_cores c on c.name = n.name where c.words > 1
            union
            select n.group_id, 'beginning' as kind,
                   substr(c.first_word, 1, 4) || ' ' || substr(coalesce(c.second_word, ''), 1, 2) as value
            from match_names n join match_cores c on c.name = n.name
            union
            select n.group_id, 'consonants' as kind, :consonants as value
            from match_names n join match_cores c on c.name = n.name where length(:consonants) > 2
            union
            select n.group_id, 'end' as kind, right(c.core, 7) as value
            from match_names n join match_cores c on c.name = n.name where length(c.core) > 7
        ),
        counted as (
            select kind, value, count(*) as companies from keyed group by kind, value
        ),
        placed as (
            select k.group_id, k.kind, case when c.companies <= :largest then k.value
                                            else k.value || ', ' || coalesce(p.country, '') end as value,
                   c.companies > :largest as split
            from keyed k
            join counted c on c.kind = k.kind and c.value = k.value
            left join match_places p on p.group_id = k.group_id
            where c.companies > 1
        )
        select p.group_id, p.kind, p.value, p.split, count(*) over (partition by p.kind, p.value) as companies,
               count(*) over (partition by p.kind, p.value) <= :largest as used
        from placed p
        """,
        largest=spec.largest_block,
        consonants=_consonants(),
    )


def _consonants() -> object:
    """The first word without vowels and with no letter twice in a row: `ossendrecht` and `osendrecht` are sndrct."""
    text = "translate(c.first_word, 'aeiouyh', '')"
    for letter in "bcdfglmnprst":
        text = f"replace({text}, '{letter * 2}', '{letter}')"
    return query(f"select {text}").tree.expressions[0]


def match_blocks(spec: IdentitySpec, as_of: date) -> Query:
    """What was compared and what was too common to be. One row per kind of key."""
    return query(
        """
        with blocks as (
            select kind, value, min(companies) as companies, bool_or(split) as split, bool_or(used) as used
            from match_keys where companies > 1
            group by kind, value
        )
        select kind, count(*) as blocks, count_if(split and used) as split_by_country, count_if(not used) as left_out,
               coalesce(max(companies), 0) as largest,
               coalesce(sum(case when used then companies * (companies - 1) // 2 end), 0) as comparisons
        from blocks
        group by kind
        """
    )


def match_candidates(spec: IdentitySpec, as_of: date) -> Query:
    """Two groups of keys that share a key. One row per pair."""
    return query(
        """
        select distinct a.group_id as left_id, b.group_id as right_id
        from match_keys a
        join match_keys b on b.kind = a.kind and b.value = a.value and a.group_id < b.group_id
        where a.used and b.used
        """
    )
