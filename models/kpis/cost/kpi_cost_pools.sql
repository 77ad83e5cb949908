{#-
    What the service costs, pool by pool, spread evenly over the days of its month: the shares of pools in a period.
    Anchor: the day. A pool has no topic and no responder.
-#}
with

cutoff as (
    select * from {{ ref('stg_landing__as_of') }}
),

allocations as (
    select * from {{ ref('int_cost_allocations') }}
),

pools as (
    select * from {{ ref('cost_pools') }}
),

days as (
    select
        date_day,
        month_start_date,
        count(*) over (partition by month_start_date) as day_count
    from {{ ref('dim_dates') }}
),

costs as (
    select
        days.date_day,
        allocations.channel,
        allocations.team,
        cast(null as {{ dbt.type_string() }}) as topic,
        cast(null as {{ dbt.type_string() }}) as responder,
        cast(null as {{ dbt.type_string() }}) as bot_id,
        allocations.allocated_amount / days.day_count as amount,
        coalesce(pools.is_labour, false) as is_labour
    from allocations
    inner join days on days.month_start_date = allocations.cost_month
    inner join cutoff on {{ reporting_date('cutoff.as_of') }} >= days.date_day
    left join pools on pools.cost_pool = allocations.cost_pool
)

select
    date_day as kpi_date,
    {{ kpi_dimensions() }},
    count(*) as cost_pool_days,
    {{ exact_sum('amount') }} as pool_cost,
    {{ exact_sum('case when is_labour then amount else 0 end') }} as labour_pool_cost
from costs
group by 1, 2, 3, 4, 5, 6
