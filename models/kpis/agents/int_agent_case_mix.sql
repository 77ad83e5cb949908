{#-
    Each agent's contacts of a month per source, channel, topic and responder: first contact resolution and handle time,
    beside those of such contacts with all agents. First contact resolution is the owner's, who replied last. Escalated
    contacts are left out: they cannot be resolved at first contact, and the owner is the agent who took them over.
-#}
with

conversations as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'conversation_date') }} as date) as month_start_date
    from {{ ref('int_conversations_classified') }}
    where is_countable
),

owned as (
    select
        month_start_date,
        source_system,
        agent_id,
        source_type,
        channel,
        coalesce(topic, 'unknown') as topic,
        responder,
        count(*) as owned_count,
        count(case when fcr_48h is not null and not is_escalated then 1 end) as fcr_count,
        count(case when fcr_48h and not is_escalated then 1 end) as fcr_resolved_count,
        0 as handled_count,
        cast(0 as {{ type_double() }}) as allocated_seconds
    from conversations
    where agent_id is not null and responder in ('human', 'hybrid')
    group by 1, 2, 3, 4, 5, 6, 7
),

handled as (
    select
        conversations.month_start_date,
        segments.source_system,
        segments.agent_id,
        conversations.source_type,
        conversations.channel,
        coalesce(conversations.topic, 'unknown') as topic,
        conversations.responder,
        0 as owned_count,
        0 as fcr_count,
        0 as fcr_resolved_count,
        count(distinct conversations.conversation_id) as handled_count,
        {{ exact_sum_as_double('segments.allocated_seconds') }} as allocated_seconds
    from {{ ref('fct_handle_segments') }} as segments
    inner join conversations on conversations.conversation_id = segments.conversation_id
    where segments.agent_id is not null
    group by 1, 2, 3, 4, 5, 6, 7
),

cells as (
    select
        month_start_date,
        source_system,
        agent_id,
        source_type,
        channel,
        topic,
        responder,
        sum(owned_count) as owned_count,
        sum(fcr_count) as fcr_count,
        sum(fcr_resolved_count) as fcr_resolved_count,
        sum(handled_count) as handled_count,
        {{ exact_sum_as_double('allocated_seconds') }} as allocated_seconds
    from (
        select * from owned
        union all
        select * from handled
    ) as measured
    group by 1, 2, 3, 4, 5, 6, 7
)

select
    *,
    fcr_count * cast(sum(fcr_resolved_count) over alike as {{ type_double() }})
    / nullif(sum(fcr_count) over alike, 0) as fcr_expected_count,
    handled_count * cast(sum(cast(allocated_seconds as decimal(38, 6))) over alike as {{ type_double() }})
    / nullif(sum(handled_count) over alike, 0) as expected_seconds
from cells
window alike as (partition by month_start_date, source_type, channel, topic, responder)
