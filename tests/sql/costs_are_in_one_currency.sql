with

currencies as (
    select
        currency,
        count(*) as row_count,
        count(*) over () as currency_count
    from {{ ref('int_costs_accepted') }}
    group by currency
)

select
    currency,
    row_count
from currencies
where currency_count > 1
