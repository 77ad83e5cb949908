{#- Stretches of work, and how an agent's seconds are shared among the conversations that they hold at once. -#}
with

stretches as (
    select * from {{ ref('int_handle_stretches') }}
),

steps as (
    select
        source_system,
        agent_id,
        step_us,
        allocated_before
    from {{ ref('int_agent_steps') }}
)

-- Whoever works on two conversations at once gives each of them half of their seconds. Work of nobody known shares with none.
select
    stretches.handle_segment_id,
    stretches.conversation_id,
    stretches.source_system,
    stretches.source_type,
    stretches.agent_id,
    stretches.is_outbound,
    {{ reporting_date(instant_from_microseconds('stretches.started_us')) }} as work_date,
    {{ instant_from_microseconds('stretches.started_us') }} as started_at,
    {{ instant_from_microseconds('stretches.ended_us') }} as ended_at,
    (stretches.ended_us - stretches.started_us) / 1e6 as handle_seconds,
    case
        when stretches.agent_id is null then (stretches.ended_us - stretches.started_us) / 1e6
        else cast(at_end.allocated_before - at_start.allocated_before as {{ type_double() }})
    end as allocated_seconds
from stretches
left join steps as at_start
    on
        at_start.source_system = stretches.source_system
        and at_start.agent_id = stretches.agent_id
        and at_start.step_us = stretches.started_us
left join steps as at_end
    on
        at_end.source_system = stretches.source_system
        and at_end.agent_id = stretches.agent_id
        and at_end.step_us = stretches.ended_us
