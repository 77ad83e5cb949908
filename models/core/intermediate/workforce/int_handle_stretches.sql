with

-- A leg that a person answered, with the work after it.
call_legs as (
    select
        source_system,
        'call' as source_type,
        root_call_id as source_conversation_id,
        1 as conversation_seq,
        call_id as source_stretch_id,
        agent_id,
        {{ epoch_microseconds('answered_at') }} as started_us,
        {{ epoch_microseconds('ended_at') }} + cast(round(coalesce(wrap_seconds, 0) * 1e6) as bigint) as ended_us
    from {{ ref('int_calls_accepted') }}
    where call_outcome = 'answered' and answered_at is not null and ended_at is not null
),

-- A chat from the moment a person joined it.
chats as (
    select
        source_system,
        source_type,
        source_conversation_id,
        conversation_seq,
        source_conversation_id as source_stretch_id,
        agent_id,
        {{ epoch_microseconds('ended_at') }} - cast(round(handle_seconds * 1e6) as bigint) as started_us,
        {{ epoch_microseconds('ended_at') }} as ended_us
    from {{ ref('int_conversations_identified') }}
    where source_type = 'chat' and handle_seconds is not null
),

-- Work on a ticket is logged when it is done.
logged_work as (
    select
        events.source_system,
        'ticket' as source_type,
        events.ticket_id as source_conversation_id,
        coalesce(later.conversation_seq, 1) as conversation_seq,
        events.event_id as source_stretch_id,
        events.actor_id as agent_id,
        {{ epoch_microseconds('events.occurred_at') }} - cast(round(events.work_seconds * 1e6) as bigint) as started_us,
        {{ epoch_microseconds('events.occurred_at') }} as ended_us
    from {{ ref('int_ticket_events_accepted') }} as events
    {{ join_later_conversations('events', 'occurred_at') }}
    where events.event_type = 'work_logged' and events.work_seconds is not null
),

stretches as (
    select * from call_legs
    union all
    select * from chats
    union all
    select * from logged_work
)

select
    {{ stable_id(['stretches.source_type', 'stretches.source_system', 'stretches.source_stretch_id']) }}
    as handle_segment_id,
    conversations.conversation_id,
    stretches.source_system,
    stretches.source_type,
    stretches.agent_id,
    stretches.started_us,
    stretches.ended_us,
    coalesce(conversations.exclusion_reason = 'outbound', false) as is_outbound
from stretches
inner join {{ ref('int_conversations_identified') }} as conversations
    on conversations.conversation_id = {{ conversation_key(
        'stretches.source_type', 'stretches.source_system', 'stretches.source_conversation_id', 'stretches.conversation_seq'
    ) }}
