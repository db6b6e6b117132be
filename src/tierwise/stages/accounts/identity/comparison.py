"""How alike are two companies? Their names word by word, their domains, places and people; each answer is one of a few levels.

The level of the names has two halves. `shared`: the bits of the words that both have, above the bits that single one name out
of all names at hand (a pair of words that nobody else has lies near 0). `left`: what one has and the other lacks.
"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.identity.company_names import BACKGROUND
from tierwise.stages.accounts.identity.spec import IdentitySpec

# A letter of an English name carries about three bits, given those before it: what an abbreviation shares.
BITS_PER_LETTER = 3.0
# What a word with a slip of the pen is worth, as a share of the word.
SLIP = 0.8
# Bits from which a word tells companies apart: one name in five hundred has it.
TELLING = 9.0


def match_names_alike(spec: IdentitySpec, as_of: date) -> Query:
    """What two names share and what each has alone. One row per pair of names that candidates have and that share a word.

    `best`: the words of either name that the other has, with the most that a word of the other shares with each. Most pairs
    share none; for those match_levels knows all from the names themselves.
    """
    return query(
        """
        with pairs as (
            select distinct least(lc.name_number, rc.name_number) as left_name,
                   greatest(lc.name_number, rc.name_number) as right_name
            from match_candidates c
            join match_names l on l.group_id = c.left_id
            join match_names r on r.group_id = c.right_id
            join match_cores lc on lc.name = l.name
            join match_cores rc on rc.name = r.name
            where lc.core <> rc.core
        ),
        compared as (
            select p.left_name, p.right_name, a.place as left_place, b.place as right_place, :shared as bits
            from pairs p
            join match_words a on a.name_number = p.left_name
            join match_words b on b.name_number = p.right_name
        ),
        best as (
            select left_name, right_name, case when left_place is null then right_name else left_name end as name_number,
                   coalesce(left_place, right_place) as place, max(bits) as bits
            from compared
            where bits > 0
            group by grouping sets ((left_name, right_name, left_place), (left_name, right_name, right_place))
        ),
        sharing as (
            select left_name, right_name, name_number, sum(bits) as shared
            from best
            group by left_name, right_name, name_number
        ),
        alone as (
            select s.left_name, s.right_name, s.name_number, max(w.bits) as bits,
                   bool_or(w.kind in ('number', 'letter')) as number
            from sharing s
            join match_words w on w.name_number = s.name_number
            left join best b on b.left_name = s.left_name and b.right_name = s.right_name
                            and b.name_number = s.name_number and b.place = w.place
            where b.place is null
            group by s.left_name, s.right_name, s.name_number
        )
        select s.left_name, s.right_name, min(s.shared) as shared,
               coalesce(max(case when s.name_number = s.left_name then a.bits end), 0) as left_alone,
               coalesce(max(case when s.name_number = s.right_name then a.bits end), 0) as right_alone,
               coalesce(bool_or(s.name_number = s.left_name and a.number), false) as left_number,
               coalesce(bool_or(s.name_number = s.right_name and a.number), false) as right_number
        from sharing s
        left join alone a on a.left_name = s.left_name and a.right_name = s.right_name and a.name_number = s.name_number
        group by s.left_name, s.right_name
        """,
        shared=_shared(),
    )


def _shared() -> object:
    """The bits that words `a` and `b` share: they are the same, or one begins the other (ABBREV for abbreviation), or they
    differ by one letter in five, two in nine, or one is the initials of the other name."""
    made = query(
        """
        select case when a.word = b.word then a.bits
                    when a.kind in ('number', 'letter') or b.kind in ('number', 'letter') then 0
                    when length(a.word) > 1 and starts_with(b.word, a.word)
                        then least(b.bits, :bits_per_letter * length(a.word))
                    when length(b.word) > 1 and starts_with(a.word, b.word)
                        then least(a.bits, :bits_per_letter * length(b.word))
                    when least(length(a.word), length(b.word)) > 4
                         and abs(length(a.word) - length(b.word)) < 3
                         and (substr(a.word, 1, 2) = substr(b.word, 1, 2) or right(a.word, 3) = right(b.word, 3))
                         and edit_distance(a.word, b.word)
                             <= case when least(length(a.word), length(b.word)) > 8 then 2 else 1 end
                        then :slip * least(a.bits, b.bits)
                    when length(a.word) > 2 and a.word = b.initials and a.words < 3 then b.bits
                    when length(b.word) > 2 and b.word = a.initials and b.words < 3 then a.bits
                    else 0 end as bits
        """,
        bits_per_letter=BITS_PER_LETTER,
        slip=SLIP,
    ).tree
    return made.expressions[0].this


def match_levels(spec: IdentitySpec, as_of: date) -> Query:
    """The levels at which two companies agree. One row per pair of candidates; of several names, the two most alike."""
    return query(
        """
        with ends as (
            select n.group_id, c.name_number, c.core, exact_sum(w.bits) as bits, max(w.bits) as most,
                   bool_or(w.kind in ('number', 'letter')) as number, count(*) over (partition by n.group_id) as names
            from match_names n
            join match_cores c on c.name = n.name
            join match_words w on w.name_number = c.name_number
            group by n.group_id, c.name_number, c.core
        ),
        named as (
            select c.left_id, c.right_id, l.name_number as left_name, r.name_number as right_name, l.core = r.core as equal,
                   l.names * r.names as ways,
                   case when l.core = r.core then l.bits else coalesce(a.shared, 0) end - t.bits as shared,
                   least(coalesce(a.left_alone, l.most), coalesce(a.right_alone, r.most)) as less_alone,
                   greatest(coalesce(a.left_alone, l.most), coalesce(a.right_alone, r.most)) as more_alone,
                   coalesce(a.left_number, l.number) and coalesce(a.right_number, r.number) as numbers
            from match_candidates c
            join ends l on l.group_id = c.left_id
            join ends r on r.group_id = c.right_id
            left join match_names_alike a on a.left_name = least(l.name_number, r.name_number)
                                         and a.right_name = greatest(l.name_number, r.name_number)
            cross join (select ln(count(distinct core) + :background) / ln(2) as bits from match_cores) t
        ),
        ranked as (
            select n.*, row_number() over (
                partition by n.left_id, n.right_id
                order by round(n.shared - case when n.equal then 0 else n.less_alone + n.more_alone end, 6) desc,
                         n.left_name, n.right_name) as place
            from named n
            where n.ways > 1
        ),
        alike as (
            select left_id, right_id, left_name, right_name, equal, shared, less_alone, more_alone, numbers
            from named where ways = 1
            union all
            select left_id, right_id, left_name, right_name, equal, shared, less_alone, more_alone, numbers
            from ranked where place = 1
        )
        select r.left_id, r.right_id, r.left_name, r.right_name,
               case when r.shared >= 8 then 'certain' when r.shared >= 2 then 'strong' when r.shared >= -1.6 then 'fair'
                    when r.shared >= -4 then 'weak' else 'slight' end
               || ', ' || case when r.equal then 'the same'
                    when r.numbers then 'numbers differ' when r.more_alone = 0 then 'nothing left'
                    when r.less_alone = 0 and r.more_alone < :telling then 'common word left'
                    when r.less_alone = 0 then 'telling word left'
                    when r.less_alone < :telling then 'words left on both'
                    else 'telling words left on both' end as name_level,
               coalesce(d.domain_level, 'unknown') as domain_level,
               case when lp.country is null or rp.country is null then 'unknown'
                    when lp.city is null or rp.city is null
                        then case when lp.country = rp.country then 'same country' else 'another country' end
                    when lp.country <> rp.country then 'another country and city'
                    when lp.city = rp.city then 'same city' else 'another city' end as place_level,
               coalesce(p.people_level, 'unknown') as people_level
        from alike r
        left join match_domains_alike d on d.left_id = r.left_id and d.right_id = r.right_id
        left join match_places lp on lp.group_id = r.left_id
        left join match_places rp on rp.group_id = r.right_id
        left join match_people_alike p on p.left_id = r.left_id and p.right_id = r.right_id
        """,
        telling=TELLING,
        background=BACKGROUND,
    )


def match_domains_alike(spec: IdentitySpec, as_of: date) -> Query:
    """What the domains of two candidates say. One row per pair of which one has a domain.

    `same name`: acme.com and acme.de. `in the name`: one has a domain that its own name does not explain, and the other's name
    does (its brand, or its name of before). A domain that is its owner's name says nothing beyond the names.
    """
    return query(
        """
        with words as (
            select n.group_id, w.word from match_names n join match_words w on w.name = n.name
            where length(w.word) > 3 and w.bits >= :telling
            union
            select n.group_id, c.core as word from match_names n join match_cores c on c.name = n.name
            where length(c.core) > 3
        ),
        both_have as (
            select c.left_id, c.right_id,
                   max(case when l.domain = r.domain then 2 when l.label = r.label then 1 else 0 end) as alike
            from match_candidates c
            join match_domains l on l.group_id = c.left_id
            join match_domains r on r.group_id = c.right_id
            group by c.left_id, c.right_id
        ),
        unexplained as (
            select d.group_id, d.label
            from match_domains d
            left join words w on w.group_id = d.group_id
            group by d.group_id, d.label
            having not coalesce(bool_or(starts_with(d.label, w.word)), false)
        ),
        one_has as (
            select c.left_id, c.right_id, bool_or(starts_with(d.label, w.word)) as named
            from match_candidates c
            join unexplained d on d.group_id = c.left_id
            left join match_domains o on o.group_id = c.right_id
            join words w on w.group_id = c.right_id
            where o.group_id is null
            group by c.left_id, c.right_id
            union all
            select c.left_id, c.right_id, bool_or(starts_with(d.label, w.word)) as named
            from match_candidates c
            join unexplained d on d.group_id = c.right_id
            left join match_domains o on o.group_id = c.left_id
            join words w on w.group_id = c.left_id
            where o.group_id is null
            group by c.left_id, c.right_id
        )
        select left_id, right_id,
               case alike when 2 then 'same' when 1 then 'same name' else 'another' end as domain_level
        from both_have
        union all
        select left_id, right_id, case when named then 'in the name' else 'not in the name' end as domain_level
        from one_has
        """,
        telling=TELLING,
    )


def match_patterns(spec: IdentitySpec, as_of: date) -> Query:
    """How many pairs of candidates agree in each way. One row per pattern of levels: what the weights are learned from."""
    return query(
        """
        select name_level, domain_level, place_level, people_level, count(*) as pairs
        from match_levels
        group by name_level, domain_level, place_level, people_level
        """
    )
