{#- What the bot understood in a chat, and how the customer sounded, from the turns of int_chat_turns. -#}
with

turns as (
    select
        turns.*,
        chats.is_bot_involved
        and (chats.bot_part_ended_at is null or turns.sent_at <= chats.bot_part_ended_at) as is_in_bot_part
    from {{ ref('int_chat_turns') }} as turns
    inner join {{ ref('int_chat_handovers') }} as chats on chats.conversation_id = turns.conversation_id
),

-- A sentiment belongs to the customer; what a model reads into agents and bots is left out.
told as (
    select
        *,
        sender_type = 'customer' and is_in_bot_part as is_said_to_bot,
        case when sender_type = 'customer' then sentiment end as customer_sentiment,
        case when sender_type = 'customer' and sentiment is not null then sent_at end as felt_at,
        case when sender_type = 'customer' and intent is not null then sent_at end as recognised_at
    from turns
)

select
    conversation_id,
    {{ value_at_latest('intent', 'recognised_at') }} as last_intent,
    count(case when is_said_to_bot then 1 end) as bot_customer_turn_count,
    -- A bot that is at a loss twice over one question has failed that question once.
    case
        when count(is_fallback) > 0
            then least(count(case when is_in_bot_part and is_fallback then 1 end), count(case when is_said_to_bot then 1 end))
    end as fallback_count,
    count(intent_label) as labelled_count,
    count(case when intent = intent_label then 1 end) as correct_intent_count,
    count(distinct case when sender_type = 'agent' then sender_id end) as agent_count,
    count(case when sender_type = 'customer' then speech_recognition_seconds end) as recognised_turn_count,
    {{ exact_sum_as_double("case when sender_type = 'customer' then speech_recognition_seconds end") }}
    as speech_recognition_seconds,
    count(customer_sentiment) as scored_turn_count,
    {{ value_at_latest('customer_sentiment', '-' ~ epoch_microseconds('felt_at')) }} as start_sentiment,
    {{ value_at_latest('customer_sentiment', 'felt_at') }} as end_sentiment,
    min(customer_sentiment) as lowest_sentiment,
    min(case when is_in_bot_part then customer_sentiment end) as lowest_sentiment_in_bot_part,
    min(case when sender_type = 'customer' then sent_at end) as first_customer_turn_at
from told
group by conversation_id
