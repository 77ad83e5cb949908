with

-- A leg that a person answered, with the work after it.
call_legs as (
    select
        legs.source_system,
        'call' as source_type,
        legs.root_call_id as source_conversation_id,
        1 as conversation_seq,
        legs.call_id as source_stretch_id,
        legs.agent_id,
        calls.exclusion_reason,
        {{ epoch_microseconds('legs.answered_at') }} as started_us,
        {{ epoch_microseconds('legs.ended_at') }} + cast(round(coalesce(legs.wrap_seconds, 0) * 1e6) as bigint) as ended_us
    from {{ accepted(ref('int_calls_judged')) }} as legs
    inner join {{ ref('int_calls_measured') }} as calls
        on
            calls.source_system = legs.source_system
            and calls.source_conversation_id = legs.root_call_id
    where
        legs.call_outcome = 'answered'
        and legs.answered_at is not null
        and legs.ended_at is not null
        and calls.handle_seconds is not null
),

-- The replies to a chat, each from when its agent worked on it; where its messages are not known, from when a person joined.
chat_work as (
    select
        chats.source_system,
        chats.source_type,
        chats.source_conversation_id,
        chats.conversation_seq,
        coalesce(turns.message_id, chats.source_conversation_id) as source_stretch_id,
        coalesce(turns.sender_id, chats.agent_id) as agent_id,
        chats.exclusion_reason,
        {{ epoch_microseconds("coalesce(turns.worked_from, known.human_joined_at)") }} as started_us,
        {{ epoch_microseconds("coalesce(turns.sent_at, known.ended_at)") }} as ended_us
    from {{ ref('int_chats_measured') }} as chats
    inner join {{ ref('int_chats_known') }} as known
        on
            known.source_system = chats.source_system
            and known.chat_id = chats.source_conversation_id
    left join {{ ref('int_chat_turns') }} as turns
        on
            turns.source_system = chats.source_system
            and turns.chat_id = chats.source_conversation_id
            and turns.sender_type = 'agent'
            and known.knows_messages
    where chats.handle_seconds is not null
),

-- Work on a ticket is logged when it is done.
logged_work as (
    select
        events.source_system,
        'ticket' as source_type,
        events.ticket_id as source_conversation_id,
        tickets.conversation_seq,
        events.event_id as source_stretch_id,
        events.actor_id as agent_id,
        tickets.exclusion_reason,
        {{ epoch_microseconds('events.occurred_at') }} - cast(round(events.work_seconds * 1e6) as bigint) as started_us,
        {{ epoch_microseconds('events.occurred_at') }} as ended_us
    from {{ accepted(ref('int_ticket_events_judged')) }} as events
    {{ join_later_conversations('events', 'occurred_at') }}
    inner join {{ ref('int_tickets_measured') }} as tickets
        on
            tickets.source_system = events.source_system
            and tickets.source_conversation_id = events.ticket_id
            and tickets.conversation_seq = coalesce(later.conversation_seq, 1)
    where events.event_type = 'work_logged' and events.work_seconds is not null
),

stretches as (
    select * from call_legs
    union all
    select * from chat_work
    union all
    select * from logged_work
)

select
    {{ stable_id(['source_type', 'source_system', 'source_stretch_id']) }} as handle_segment_id,
    {{ conversation_key('source_type', 'source_system', 'source_conversation_id', 'conversation_seq') }} as conversation_id,
    source_system,
    source_type,
    agent_id,
    started_us,
    ended_us,
    coalesce(exclusion_reason = 'outbound', false) as is_outbound
from stretches
