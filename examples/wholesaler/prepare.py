"""What is known of each customer from its first order on: data/online_retail.parquet -> data/customers.csv.

The order pattern may label a customer only if it was known before the revenue that is judged by it. So nothing
here looks past the first order, and `known_at` says when that was. Run it again after changing the invoices:

    python examples/wholesaler/prepare.py
"""

from __future__ import annotations

from pathlib import Path

import duckdb

DATA = Path(__file__).parent / "data"
CHARGES = ("POST", "DOT", "C2", "M", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK")

# A customer is known since its first line of any kind. Its first order is its first invoice with goods at a price;
# customers who only ever sent something back have none, and their order columns stay empty.
CUSTOMERS = """
with lines as (
    select CustomerID as customer, InvoiceNo as invoice, InvoiceDate as moment, StockCode as product, Quantity as units,
           UnitPrice as price, Country as country
    from read_parquet(getvariable('invoices'))
    where CustomerID is not null
),
goods as (
    select * from lines where units > 0 and price > 0 and not list_contains(getvariable('charges'), upper(product))
),
orders as (
    select customer, invoice, min(moment) as moment, count(distinct product) as products, sum(units) as units,
           round(sum(units * price), 2) as value
    from goods
    group by customer, invoice
),
first_orders as (
    select * from orders qualify row_number() over (partition by customer order by moment, invoice) = 1
),
customers as (
    select customer, min(moment) as known_at, arg_min(country, (moment, invoice, product)) as country
    from lines
    group by customer
)
select c.customer, c.country, c.known_at, f.moment as first_order_at, f.products as first_order_products,
       f.units as first_order_units, f.value as first_order_value
from customers c
left join first_orders f on f.customer = c.customer
order by c.customer
"""


def prepare(invoices: Path, customers: Path) -> None:
    """Write one row per customer of `invoices` (Parquet) to `customers` (CSV)."""
    with duckdb.connect() as connection:
        connection.execute("set variable invoices = ?", [str(invoices)])
        connection.execute("set variable charges = ?", [list(CHARGES)])
        connection.sql(CUSTOMERS).write_csv(str(customers), timestamp_format="%Y-%m-%d %H:%M:%S")


if __name__ == "__main__":
    prepare(DATA / "online_retail.parquet", DATA / "customers.csv")
