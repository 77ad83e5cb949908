{#- Backlog days: open tickets over tickets solved a day. Anchor: each day's end. It has no topic and no responder. -#}
with

days as (
    select
        *,
        cast(null as {{ dbt.type_string() }}) as topic,
        cast(null as {{ dbt.type_string() }}) as responder,
        cast(null as {{ dbt.type_string() }}) as bot_id
    from {{ ref('fct_backlog_days') }}
)

select
    backlog_date as kpi_date,
    {{ kpi_dimensions() }},
    count(*) as backlog_day_count,
    sum(open_count) as backlog_open_tickets,
    {{ exact_sum('mean_daily_solved_count') }} as backlog_daily_solves,
    sum(open_7_30d_count + open_over_30d_count) as backlog_old_tickets
from days
group by 1, 2, 3, 4, 5, 6
