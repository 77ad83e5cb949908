{#- Handle time and cost per interaction. Anchor: day of started_at. -#}
with

conversations as (
    select * from {{ ref('int_conversations_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    -- Every conversation that a person worked on divides, the few whose time is unknown included.
    {{ count_if('is_handle_counted') }} as handled_count,
    {{ exact_sum('case when is_handle_counted then handle_seconds end') }} as handle_seconds,
    {{ exact_sum('case when is_handle_counted then handle_seconds * handle_seconds end') }} as handle_seconds_squared,
    {{ count_if('not is_handle_counted') }} as unhandled_count,

    {{ count_if('is_cost_counted') }} as costed_count,
    {{ exact_sum('case when is_cost_counted then cost end') }} as cost,
    {{ count_if('not is_cost_counted') }} as uncosted_count
from conversations
group by
    1,
    2,
    3,
    4,
    5
