with

costs as (
    select * from {{ ref('int_costs_accepted') }}
    where currency is not null
)

select
    currency,
    count(*) as cost_count
from costs
group by currency
