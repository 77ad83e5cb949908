with

costs as (
    select * from {{ accepted(ref('int_costs_judged')) }} as costs
    where currency is not null
)

select
    currency,
    count(*) as cost_count
from costs
group by currency
