{#- What the log of a ticket tells of each of its conversations. A log that holds no change of status tells of no reopening. -#}
{% set is_work = "events.event_type = 'work_logged'" -%}
{% set is_bots = "coalesce(events.actor_type = 'bot', false)" -%}
with

events as (
    select
        events.*,
        coalesce(later.conversation_seq, 1) as conversation_seq
    from {{ accepted(ref('int_ticket_events_judged')) }} as events
    {{ join_later_conversations('events', 'occurred_at') }}
),

systems_with_status_changes as (
    select distinct source_system from events
    where event_type = 'status_change'
)

select
    conversations.source_system,
    conversations.ticket_id,
    conversations.conversation_seq,
    systems_with_status_changes.source_system is not null as has_log,
    {{ exact_sum_as_double("case when " ~ is_work ~ " and not " ~ is_bots ~ " then events.work_seconds end") }} as work_seconds,
    {{ exact_sum_as_double("case when " ~ is_work ~ " and " ~ is_bots ~ " then events.work_seconds end") }} as bot_work_seconds,
    count(case when events.event_type = 'escalation' then 1 end) as escalation_count,
    count(case when events.actor_type = 'agent' then 1 end) as agent_event_count,
    count(case when {{ is_bots }} and events.event_type in ('status_change', 'work_logged') then 1 end) as bot_event_count
from {{ ref('int_ticket_conversations') }} as conversations
left join events
    on
        events.source_system = conversations.source_system
        and events.ticket_id = conversations.ticket_id
        and events.conversation_seq = conversations.conversation_seq
left join systems_with_status_changes on systems_with_status_changes.source_system = conversations.source_system
group by
    conversations.source_system,
    conversations.ticket_id,
    conversations.conversation_seq,
    systems_with_status_changes.source_system
