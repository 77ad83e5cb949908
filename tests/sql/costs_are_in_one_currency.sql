with

currencies as (
    select
        currency,
        count(*) as row_count,
        count(*) over () as currency_count
    from {{ accepted(ref('int_costs_judged')) }} as costs
    group by currency
)

select
    currency,
    row_count
from currencies
where currency_count > 1
