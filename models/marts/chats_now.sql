-- sqlfluff:dialect:postgres
{#- Chats at the cut-off beside the agents on shift who may hold them. -#}
with

cutoff as (
    select
        as_of,
        {{ epoch_microseconds('as_of') }} as as_of_us
    from {{ ref('stg_landing__as_of') }}
),

chats as (
    select * from {{ ref('fct_open_chats') }}
),

agents as (
    select * from {{ ref('dim_agents') }}
    where max_concurrent_chats is not null
),

-- Rosters end at the cut-off: the agents at work are those whose last step reaches it.
available as (
    select
        agents.team,
        agents.max_concurrent_chats
    from {{ ref('int_agent_steps') }} as steps
    inner join cutoff
        on
            cutoff.as_of_us > steps.step_us
            and cutoff.as_of_us <= steps.step_us + cast(round(steps.step_seconds * 1e6) as bigint)
    inner join agents
        on
            agents.source_system = steps.source_system
            and agents.agent_id = steps.agent_id
    where steps.shift_count > 0 and steps.absence_count = 0
),

counted as (
    select
        coalesce(team, 'unknown') as team,
        1 as active_chat_count,
        case when is_with_agent then 1 else 0 end as agent_chat_count,
        case when is_waiting then 1 else 0 end as waiting_chat_count,
        wait_seconds,
        0 as available_agent_count,
        0 as chat_capacity
    from chats

    union all

    select
        coalesce(team, 'unknown') as team,
        0 as active_chat_count,
        0 as agent_chat_count,
        0 as waiting_chat_count,
        null as wait_seconds,
        1 as available_agent_count,
        max_concurrent_chats as chat_capacity
    from available
),

totalled as (
    select
        case when grouping(team) = 0 then team else 'all' end as team,
        cast(coalesce(sum(active_chat_count), 0) as bigint) as active_chat_count,
        cast(coalesce(sum(agent_chat_count), 0) as bigint) as agent_chat_count,
        cast(coalesce(sum(waiting_chat_count), 0) as bigint) as waiting_chat_count,
        max(wait_seconds) as longest_wait_seconds,
        cast(coalesce(sum(available_agent_count), 0) as bigint) as available_agent_count,
        cast(coalesce(sum(chat_capacity), 0) as bigint) as chat_capacity
    from counted
    group by grouping sets ((), (team))
)

select
    totalled.team,
    cutoff.as_of,
    totalled.active_chat_count,
    totalled.agent_chat_count,
    totalled.waiting_chat_count,
    totalled.longest_wait_seconds,
    totalled.available_agent_count,
    totalled.chat_capacity,
    {{ rate('totalled.agent_chat_count', 'totalled.chat_capacity') }} as used_share
from totalled
cross join cutoff
