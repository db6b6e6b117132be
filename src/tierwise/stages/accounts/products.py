"""Which products on deals and invoices does the company's own product list not have?"""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class ProductsSpec(Spec):
    """Nothing to declare: the list is a table of a source."""


def unlisted_products(spec: ProductsSpec, as_of: date) -> Query:
    """Product names that the list does not have, and which of its names they resemble. One row per fact and name.

    Nothing is renamed: a deal keeps the product that its source wrote. Names resemble each other when they are equal but for
    case, spaces and punctuation. No product list, no rows.
    """
    return query(
        """
        with named as (
            select 'opportunities' as fact, trim(product) as product from landing_opportunities where product is not null
            union all
            select 'invoices' as fact, trim(product) as product from landing_invoices where product is not null
        ),
        used as (select fact, product, count(*) as rows from named group by fact, product),
        listed as (select distinct trim(product) as product from landing_products),
        letters as (
            select min(product) as product, count(*) as names,
                   lower(replace(replace(replace(replace(product, ' ', ''), '-', ''), '_', ''), '.', '')) as spelling
            from listed
            group by lower(replace(replace(replace(replace(product, ' ', ''), '-', ''), '_', ''), '.', ''))
        )
        select u.fact, u.product, u.rows, case when s.names = 1 then s.product end as resembles
        from used u
        cross join (select count(*) as names from listed) as n
        left join listed l on l.product = u.product
        left join letters s
               on s.spelling = lower(replace(replace(replace(replace(u.product, ' ', ''), '-', ''), '_', ''), '.', ''))
        where n.names > 0 and l.product is null
        """
    )
