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
        coalesce(calls.direction = 'outbound', false) as is_outbound,
        {{ epoch_microseconds('legs.answered_at') }} as started_us,
        {{ epoch_microseconds('legs.ended_at') }} + cast(round(coalesce(legs.wrap_seconds, 0) * 1e6) as bigint) as ended_us
    from {{ accepted(ref('int_calls_judged')) }} as legs
    inner join {{ ref('int_calls_collapsed') }} as calls
        on
            calls.source_system = legs.source_system
            and calls.root_call_id = legs.root_call_id
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
        'chat' as source_type,
        chats.chat_id as source_conversation_id,
        1 as conversation_seq,
        coalesce(turns.message_id, chats.chat_id) as source_stretch_id,
        coalesce(turns.sender_id, chats.agent_id) as agent_id,
        chats.is_begun_by_us as is_outbound,
        {{ epoch_microseconds("coalesce(turns.worked_from, chats.human_joined_at)") }} as started_us,
        {{ epoch_microseconds("coalesce(turns.sent_at, chats.ended_at)") }} as ended_us
    from {{ ref('int_chats_known') }} as chats
    left join {{ ref('int_chat_turns') }} as turns
        on
            turns.source_system = chats.source_system
            and turns.chat_id = chats.chat_id
            and turns.sender_type = 'agent'
            and chats.knows_messages
    where chats.handle_seconds is not null
),

-- Work on a ticket is logged when it is done.
logged_work as (
    select
        events.source_system,
        'ticket' as source_type,
        events.ticket_id as source_conversation_id,
        conversations.conversation_seq,
        events.event_id as source_stretch_id,
        events.actor_id as agent_id,
        conversations.is_outbound,
        {{ epoch_microseconds('events.occurred_at') }} - cast(round(events.work_seconds * 1e6) as bigint) as started_us,
        {{ epoch_microseconds('events.occurred_at') }} as ended_us
    from {{ accepted(ref('int_ticket_events_judged')) }} as events
    {{ join_conversation_of('events', 'occurred_at', model='int_ticket_activity_summed') }}
    where
        events.event_type = 'work_logged'
        and events.work_seconds is not null
        and coalesce(events.actor_type <> 'bot', true)
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
    is_outbound
from stretches
