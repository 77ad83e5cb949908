{#- Cost per interaction (catalogue K44). Anchor: day of started_at. -#}
with

conversations as (
    select * from {{ ref('int_conversations_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_cost_counted then 1 end) as costed_count,
    {{ exact_sum('case when is_cost_counted then cost end') }} as cost,
    {{ exact_sum('case when is_handle_counted then handle_seconds end') }} as worked_seconds,
    count(case when not is_cost_counted then 1 end) as uncosted_count
from conversations
group by 1, 2, 3, 4, 5
