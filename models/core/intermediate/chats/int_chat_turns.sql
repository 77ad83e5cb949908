{#-
    The turns of a chat in order, each with the turn before it. Automatic messages are left out: a queue notice between
    question and answer does not end the customer's burst. At the same instant, the customer's message comes first.
-#}
{% set in_order -%}
partition by conversation_id order by sent_at, sender_rank, message_id
{%- endset -%}
with

messages as (
    select
        chats.conversation_id,
        messages.source_system,
        messages.message_id,
        messages.sent_at,
        messages.sender_type,
        messages.sender_id,
        messages.intent,
        messages.intent_label,
        messages.is_fallback,
        messages.sentiment,
        messages.speech_recognition_seconds,
        case messages.sender_type when 'customer' then 0 else 1 end as sender_rank,
        chats.is_bot_involved
        and (chats.bot_part_ended_at is null or messages.sent_at <= chats.bot_part_ended_at) as is_in_bot_part
    from {{ accepted(ref('int_chat_messages_judged')) }} as messages
    inner join {{ ref('int_chat_handovers') }} as chats
        on
            chats.source_system = messages.source_system
            and chats.chat_id = messages.chat_id
    where
        not messages.is_automated
        and messages.sender_type in ('customer', 'agent', 'bot')
),

-- The intent before is that of the last message that had one.
preceded as (
    select
        *,
        lag(sender_type) over ({{ in_order }}) as previous_sender_type,
        lag(sent_at) over ({{ in_order }}) as previous_sent_at,
        lag(intent) over (
            partition by conversation_id, intent is null
            order by sent_at, sender_rank, message_id
        ) as previous_intent
    from messages
)

-- A burst is what the customer says before anybody answers.
select
    conversation_id,
    source_system,
    message_id,
    sent_at,
    sender_type,
    sender_id,
    intent,
    intent_label,
    sentiment,
    speech_recognition_seconds,
    previous_sender_type,
    previous_sent_at,
    max(
        case when sender_type = 'customer' and coalesce(previous_sender_type, '') <> 'customer' then sent_at end
    ) over (
        {{ in_order }} rows between unbounded preceding and current row
    ) as burst_started_at,
    max(case when sender_type = 'customer' and intent <> previous_intent then sent_at end) over (
        {{ in_order }} rows between unbounded preceding and current row
    ) as topic_changed_at,
    is_fallback,
    is_in_bot_part
from preceded
