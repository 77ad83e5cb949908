{#-
    What agents' time went into, and how much they did in it. Anchor: the day worked.
    An agent's time has no channel or topic.
-#}
with

-- Time off shift counts as handled, and adds as much to what was there to be used.
agent_days as (
    select
        *,
        cast(null as {{ dbt.type_string() }}) as channel,
        cast(null as {{ dbt.type_string() }}) as topic,
        cast(null as {{ dbt.type_string() }}) as responder,
        cast(null as {{ dbt.type_string() }}) as bot_id,
        shift_seconds > 0 as is_rostered,
        participated_count > 0 as is_active,
        greatest(shift_seconds - break_seconds, 0) as capacity_seconds,
        handled_seconds + greatest(shift_seconds - break_seconds - handled_on_shift_seconds, 0) as occupiable_seconds
    from {{ ref('fct_agent_days') }}
)

select
    work_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ exact_sum('case when is_rostered then handled_seconds end') }} as rostered_handled_seconds,
    {{ exact_sum('case when is_rostered then handled_seconds - outbound_handled_seconds end') }}
    as rostered_inbound_handled_seconds,
    {{ exact_sum('case when is_rostered then outbound_handled_seconds end') }} as rostered_outbound_handled_seconds,
    {{ exact_sum('case when is_rostered then occupiable_seconds end') }} as occupiable_seconds,
    {{ exact_sum('case when is_rostered then capacity_seconds end') }} as capacity_seconds,
    {{ exact_sum('case when is_rostered then capacity_seconds / 3600 end') }} as capacity_hours,
    sum(case when is_rostered then participated_count end) as rostered_conversations,
    sum(case when is_rostered then customer_count end) as rostered_customers,
    count(case when is_rostered then 1 end) as rostered_agent_days,
    count(case when not is_rostered then 1 end) as unrostered_agent_days,
    count(case when paid_seconds > 0 then 1 end) as paid_agent_days,
    {{ exact_sum('paid_seconds') }} as paid_seconds,
    {{ exact_sum('break_seconds + absence_seconds') }} as shrinkage_seconds,
    {{ exact_sum('handled_seconds') }} as handled_once_seconds,
    {{ exact_sum('raw_handle_seconds') }} as handled_raw_seconds,
    count(case when is_active then 1 end) as active_agent_days,
    count(case when not is_active then 1 end) as inactive_agent_days,
    sum(participated_count) as agent_conversations,
    sum(participated_count * participated_count) as agent_conversations_squared,
    sum(owned_count) as agent_owned_conversations,
    sum(owned_count * owned_count) as agent_owned_conversations_squared,
    sum(customer_count) as agent_customers,
    sum(customer_count * customer_count) as agent_customers_squared
from agent_days
group by 1, 2, 3, 4, 5, 6
