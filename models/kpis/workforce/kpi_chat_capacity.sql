{#- How much of the chats that agents on shift may hold is held, by time. Anchor: the day of the moment. -#}
with

steps as (
    select
        *,
        cast(null as {{ dbt.type_string() }}) as channel,
        cast(null as {{ dbt.type_string() }}) as topic,
        cast(null as {{ dbt.type_string() }}) as responder,
        cast(null as {{ dbt.type_string() }}) as bot_id
    from {{ ref('int_chat_capacity_steps') }}
)

select
    work_date as kpi_date,
    {{ kpi_dimensions() }},
    count(*) as chat_capacity_steps,
    {{ exact_sum('step_seconds') }} as chat_staffed_seconds,
    {{ exact_sum('case when is_strained then step_seconds else 0 end') }} as chat_strained_seconds,
    {{ exact_sum('step_seconds * chat_count') }} as chat_held_seconds,
    {{ exact_sum('step_seconds * chat_capacity') }} as chat_capacity_seconds
from steps
group by 1, 2, 3, 4, 5, 6
