{#-
    Chats held at once against chats that the agents on shift may hold, per team, from one change to the next. Every
    instant is looked at, which is what sampling each minute comes near to.
-#}
with

agents as (
    select * from {{ ref('dim_agents') }}
    where max_concurrent_chats is not null
),

held as (
    select
        coalesce(agents.team, 'unknown') as team,
        steps.step_us,
        steps.step_us + cast(round(steps.step_seconds * 1e6) as bigint) as next_us,
        steps.chat_count,
        case
            when steps.shift_count > 0 and steps.absence_count = 0 then agents.max_concurrent_chats
            else 0
        end as chat_capacity
    from {{ ref('int_agent_steps') }} as steps
    inner join agents
        on
            agents.source_system = steps.source_system
            and agents.agent_id = steps.agent_id
    where steps.chat_count > 0 or steps.shift_count > 0
),

changes as (
    select
        team,
        step_us,
        chat_count,
        chat_capacity
    from held
    union all
    select
        team,
        next_us as step_us,
        -chat_count as chat_count,
        -chat_capacity as chat_capacity
    from held
),

instants as (
    select
        team,
        step_us,
        sum(chat_count) as chat_count,
        sum(chat_capacity) as chat_capacity
    from changes
    group by team, step_us
),

running as (
    select
        team,
        step_us,
        (lead(step_us) over team_time - step_us) / 1e6 as step_seconds,
        sum(chat_count) over team_time as chat_count,
        sum(chat_capacity) over team_time as chat_capacity
    from instants
    window team_time as (partition by team order by step_us)
)

select
    team,
    {{ reporting_date(instant_from_microseconds('step_us')) }} as work_date,
    step_us,
    step_seconds,
    chat_count,
    chat_capacity,
    chat_count > {{ var('chat_capacity_strained_share') }} * chat_capacity as is_strained
from running
where chat_capacity > 0 and step_seconds > 0
