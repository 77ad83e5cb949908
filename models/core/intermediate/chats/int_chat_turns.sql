{#-
    The turns of a chat in order, each with the turn before it, and from when its writer worked on it. Automatic messages are
    left out: a queue notice between question and answer does not end the customer's burst. At the same instant, the
    customer's message comes first. A word before the customer's first answers nothing.

    Work on a reply begins with the customer's burst, with the turn before it or with joining. It is cut where nobody wrote for
    chat_idle_minutes. So the stretches of a chat do not overlap.
-#}
{% set in_order -%}
partition by source_system, chat_id order by sent_at, sender_rank, message_id
{%- endset -%}
with

chats as (
    select
        source_system,
        chat_id,
        {{ conversation_key("'chat'", 'source_system', 'chat_id', 1) }} as conversation_id,
        agent_joined_at
    from {{ accepted(ref('int_chats_judged')) }} as chats
),

-- A tool that lands the flag in no row does not say what its bot did not understand.
systems_with_fallbacks as (
    select distinct source_system from {{ accepted(ref('int_chat_messages_judged')) }} as messages
    where is_fallback is not null
),

messages as (
    select
        chats.conversation_id,
        chats.agent_joined_at,
        messages.source_system,
        messages.chat_id,
        messages.message_id,
        messages.sent_at,
        messages.sender_type,
        messages.sender_id,
        messages.intent,
        messages.intent_label,
        case when systems_with_fallbacks.source_system is not null then coalesce(messages.is_fallback, false) end as is_fallback,
        messages.sentiment,
        messages.speech_recognition_seconds,
        case messages.sender_type when 'customer' then 0 else 1 end as sender_rank
    from {{ accepted(ref('int_chat_messages_judged')) }} as messages
    left join chats
        on
            chats.source_system = messages.source_system
            and chats.chat_id = messages.chat_id
    left join systems_with_fallbacks on systems_with_fallbacks.source_system = messages.source_system
    where not messages.is_automated and messages.sender_type in ('customer', 'agent', 'bot')
),

-- The intent before is that of the last message that had one.
preceded as (
    select
        *,
        lag(sender_type) over ({{ in_order }}) as previous_sender_type,
        lag(sent_at) over ({{ in_order }}) as previous_sent_at,
        min(case when sender_type = 'customer' then sent_at end) over (
            partition by source_system, chat_id
        ) as first_customer_turn_at,
        lag(intent) over (
            partition by source_system, chat_id, intent is null
            order by sent_at, sender_rank, message_id
        ) as previous_intent
    from messages
),

-- A burst is what the customer says before anybody answers. silent_until: what came before was longer ago than work lasts.
placed as (
    select
        *,
        max(
            case when sender_type = 'customer' and coalesce(previous_sender_type, '') <> 'customer' then sent_at end
        ) over ({{ in_order }} rows between unbounded preceding and current row) as burst_started_at,
        max(case when sender_type = 'customer' and intent <> previous_intent then sent_at end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as topic_changed_at,
        max(case
            when sent_at > {{ dbt.dateadd('minute', var('chat_idle_minutes'), 'previous_sent_at') }}
                then case
                    when sender_type = 'customer' then sent_at
                    else {{ dbt.dateadd('minute', -var('chat_idle_minutes'), 'sent_at') }}
                end
        end) over ({{ in_order }} rows between unbounded preceding and current row) as silent_until
    from preceded
)

select
    conversation_id,
    source_system,
    chat_id,
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
    burst_started_at,
    topic_changed_at,
    is_fallback,
    first_customer_turn_at,
    sender_type <> 'customer' and coalesce(sent_at >= first_customer_turn_at, false) as is_reply,
    case
        when sender_type <> 'customer' then least(sent_at, greatest(
            case when previous_sender_type = 'customer' then burst_started_at else previous_sent_at end,
            case when sender_type = 'agent' then agent_joined_at end,
            case
                when previous_sent_at is not null then silent_until
                when sender_type = 'agent' and agent_joined_at is not null
                    then {{ dbt.dateadd('minute', -var('chat_idle_minutes'), 'sent_at') }}
                else sent_at
            end
        ))
    end as worked_from
from placed
