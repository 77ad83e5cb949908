{#- To the cent, month by month: what conversations carry, and what no conversation could. -#}
with

pools as (
    select
        cost_month,
        sum(amount) as amount
    from {{ accepted(ref('int_costs_judged')) }} as costs
    group by 1
),

carried as (
    select
        cast({{ dbt.date_trunc('month', 'conversation_date') }} as date) as cost_month,
        sum(cost) as amount
    from {{ ref('fct_conversations') }}
    group by 1
),

unallocated as (
    select
        cost_month,
        sum(allocated_amount) as amount
    from {{ ref('int_cost_allocations') }}
    where cost_driver = 'none'
    group by 1
)

select
    pools.cost_month,
    pools.amount as pool_amount,
    carried.amount as carried_amount,
    unallocated.amount as unallocated_amount
from pools
left join carried on carried.cost_month = pools.cost_month
left join unallocated on unallocated.cost_month = pools.cost_month
where abs(pools.amount - coalesce(carried.amount, 0) - coalesce(unallocated.amount, 0)) > 0.01
