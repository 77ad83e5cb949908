{#-
    Chats at the cut-off beside the agents on shift who may hold them. What few hold tells of each of them: by team the agents are
    shown where each team with anybody on shift has agent_group_min_agents, so that no other is the whole without the shown ones.
-#}
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

-- Each counts in its team and in the whole, which is there even if nobody is.
placed as (
    select
        'all' as team,
        0 as active_chat_count,
        0 as agent_chat_count,
        0 as waiting_chat_count,
        cast(null as {{ type_double() }}) as wait_seconds,
        0 as available_agent_count,
        0 as chat_capacity

    union all

    select * from counted

    union all

    select
        'all' as team,
        active_chat_count,
        agent_chat_count,
        waiting_chat_count,
        wait_seconds,
        available_agent_count,
        chat_capacity
    from counted
),

totalled as (
    select
        team,
        cast(sum(active_chat_count) as bigint) as active_chat_count,
        cast(sum(agent_chat_count) as bigint) as agent_chat_count,
        cast(sum(waiting_chat_count) as bigint) as waiting_chat_count,
        max(wait_seconds) as longest_wait_seconds,
        cast(sum(available_agent_count) as bigint) as available_agent_count,
        cast(sum(chat_capacity) as bigint) as chat_capacity
    from placed
    group by team
),

shown as (
    select
        *,
        team = 'all' or coalesce(min(case when available_agent_count > 0 then available_agent_count end) over (), 0)
        >= {{ var('agent_group_min_agents') }} as is_group_shown
    from totalled
)

select
    shown.team,
    cutoff.as_of,
    shown.active_chat_count,
    shown.agent_chat_count,
    shown.waiting_chat_count,
    shown.longest_wait_seconds,
    case when shown.is_group_shown then shown.available_agent_count end as available_agent_count,
    case when shown.is_group_shown then shown.chat_capacity end as chat_capacity,
    case when shown.is_group_shown then {{ rate('shown.agent_chat_count', 'shown.chat_capacity') }} end as used_share,
    case
        when not shown.is_group_shown then 'small_group'
        when shown.chat_capacity = 0 then 'no_population'
    end as no_value_reason
from shown
cross join cutoff
