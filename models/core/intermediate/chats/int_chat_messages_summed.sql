with

messages as (
    select
        *,
        case when not is_automated and sender_type in ('customer', 'agent', 'bot') then sent_at end as turn_at
    from {{ accepted(ref('int_chat_messages_judged')) }} as chat_messages
)

select
    source_system,
    chat_id,
    count(case when sender_type = 'customer' then turn_at end) as customer_turn_count,
    count(case when sender_type = 'bot' then turn_at end) as bot_reply_count,
    count(case when sender_type = 'agent' then turn_at end) as human_reply_count,
    min(case when sender_type = 'bot' then turn_at end) as first_bot_reply_at,
    min(case when sender_type = 'agent' then turn_at end) as first_human_reply_at,
    max(sent_at) as last_message_at,
    {{ value_at_latest("case when turn_at is not null then sender_type end", "turn_at") }} as last_sender_type,
    {{ value_at_latest("case when turn_at is not null then is_fallback end", "turn_at") }} as is_last_fallback
from messages
group by source_system, chat_id
