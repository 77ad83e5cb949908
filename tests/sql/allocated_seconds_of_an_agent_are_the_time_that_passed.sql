with

shared as (
    select
        source_system,
        agent_id,
        sum(allocated_seconds) as allocated_seconds
    from {{ ref('fct_handle_segments') }}
    where agent_id is not null
    group by source_system, agent_id
),

passed as (
    select
        source_system,
        agent_id,
        sum(handled_seconds) as handled_seconds
    from {{ ref('fct_agent_days') }}
    group by source_system, agent_id
)

select
    shared.source_system,
    shared.agent_id,
    shared.allocated_seconds,
    passed.handled_seconds
from shared
left join passed
    on
        passed.source_system = shared.source_system
        and passed.agent_id = shared.agent_id
where coalesce(abs(shared.allocated_seconds - coalesce(passed.handled_seconds, 0)), 1) > 0.1
