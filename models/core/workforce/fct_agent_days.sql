{#- What each agent did in a day of the reporting zone: shift, breaks, absence, work, conversations, customers. -#}
with

agents as (
    select * from {{ ref('dim_agents') }}
),

segments as (
    select * from {{ ref('fct_handle_segments') }}
    where agent_id is not null
),

conversations as (
    select * from {{ ref('int_conversations_identified') }}
),

-- Nothing changes within a step, so seconds are its length times what went on in it.
timed as (
    select
        source_system,
        agent_id,
        work_date,
        {{ exact_sum_as_double('case when shift_count > 0 and absence_count = 0 then step_seconds end') }} as shift_seconds,
        {{ exact_sum_as_double('case when shift_count > 0 and absence_count = 0 then step_seconds * break_share end') }}
        as break_seconds,
        {{ exact_sum_as_double('case when absence_count > 0 then step_seconds end') }} as absence_seconds,
        {{ exact_sum_as_double('case when work_count > 0 then step_seconds end') }} as handled_seconds,
        {{ exact_sum_as_double(
            'case when work_count > 0 and shift_count > 0 and absence_count = 0 then step_seconds end'
        ) }} as handled_on_shift_seconds,
        {{ exact_sum_as_double('case when outbound_count > 0 then step_seconds * outbound_count / work_count end') }}
        as outbound_handled_seconds,
        {{ exact_sum_as_double('step_seconds * work_count') }} as raw_handle_seconds
    from {{ ref('int_agent_steps') }}
    where work_count + shift_count + absence_count > 0
    group by source_system, agent_id, work_date
),

-- An agent owns what they were the last to reply to, on the day it ended; they took part on every day that they worked on it.
touched as (
    select
        source_system,
        agent_id,
        {{ reporting_date('ended_at') }} as work_date,
        conversation_id,
        1 as is_owned
    from conversations
    where agent_id is not null and responder in ('human', 'hybrid')
    union all
    select
        source_system,
        agent_id,
        work_date,
        conversation_id,
        0 as is_owned
    from segments
),

-- Somebody whom nothing identifies counts as one customer each time.
shared as (
    select
        touched.source_system,
        touched.agent_id,
        touched.work_date,
        count(distinct case when touched.is_owned = 1 then touched.conversation_id end) as owned_count,
        count(distinct touched.conversation_id) as participated_count,
        count(distinct coalesce(conversations.customer_id, conversations.conversation_id)) as customer_count
    from touched
    inner join conversations on conversations.conversation_id = touched.conversation_id
    where conversations.is_countable
    group by touched.source_system, touched.agent_id, touched.work_date
),

days as (
    select
        source_system,
        agent_id,
        work_date
    from timed
    union
    select
        source_system,
        agent_id,
        work_date
    from shared
)

select
    {{ stable_id(['days.source_system', 'days.agent_id', 'days.work_date']) }} as agent_day_id,
    agents.agent_key,
    days.source_system,
    days.agent_id,
    agents.team,
    days.work_date,
    coalesce(timed.shift_seconds, 0) as shift_seconds,
    coalesce(timed.break_seconds, 0) as break_seconds,
    coalesce(timed.absence_seconds, 0) as absence_seconds,
    coalesce(timed.shift_seconds, 0) + coalesce(timed.absence_seconds, 0) as paid_seconds,
    coalesce(timed.handled_seconds, 0) as handled_seconds,
    coalesce(timed.handled_on_shift_seconds, 0) as handled_on_shift_seconds,
    coalesce(timed.outbound_handled_seconds, 0) as outbound_handled_seconds,
    coalesce(timed.raw_handle_seconds, 0) as raw_handle_seconds,
    coalesce(shared.owned_count, 0) as owned_count,
    coalesce(shared.participated_count, 0) as participated_count,
    coalesce(shared.customer_count, 0) as customer_count
from days
left join timed
    on
        timed.source_system = days.source_system
        and timed.agent_id = days.agent_id
        and timed.work_date = days.work_date
left join shared
    on
        shared.source_system = days.source_system
        and shared.agent_id = days.agent_id
        and shared.work_date = days.work_date
left join agents
    on
        agents.source_system = days.source_system
        and agents.agent_id = days.agent_id
