{#- Which messages answer a customer, and how long they took: from the last word of the burst and from its first. -#}
with

turns as (
    select * from {{ ref('int_chat_turns') }}
),

conversations as (
    select * from {{ ref('int_conversations_identified') }}
)

-- The first word after the customer's burst is the answer; what the responder adds is not a turn of its own.
select
    {{ stable_id(['turns.source_system', 'turns.message_id']) }} as turn_id,
    turns.conversation_id,
    case turns.sender_type when 'bot' then 'bot' else 'human' end as responder,
    {{ seconds_between('turns.previous_sent_at', 'turns.sent_at') }} as latency_seconds,
    {{ seconds_between('turns.burst_started_at', 'turns.sent_at') }} as waiting_seconds,
    case
        when turns.sender_type = 'bot' and turns.topic_changed_at >= turns.burst_started_at
            then {{ seconds_between('turns.topic_changed_at', 'turns.sent_at') }}
    end as context_switch_seconds,
    turns.is_fallback,
    coalesce(turns.sent_at <= conversations.first_human_response_at, false)
    and turns.sender_type = 'agent' as is_first_human_turn,
    turns.sent_at as responded_at
from turns
inner join conversations on conversations.conversation_id = turns.conversation_id
where turns.sender_type in ('bot', 'agent') and turns.previous_sender_type = 'customer'
