{#- Understanding and sentiment in chats. Anchor: day of the conversation's started_at. -#}
with

dialogues as (
    select
        conversations.conversation_date,
        conversations.channel,
        conversations.topic,
        conversations.team,
        conversations.responder,
        conversations.bot_id,
        dialogues.*,
        dialogues.scored_turn_count > 0 as is_scored,
        dialogues.scored_turn_count > 1 as is_scored_twice,
        -- The topic is taken as what people made of the question in the end.
        dialogues.last_intent is not null and conversations.topic is not null as has_intent_and_topic,
        dialogues.last_intent = conversations.topic as is_intent_topic
    from {{ ref('fct_dialogues') }} as dialogues
    inner join {{ ref('fct_conversations') }} as conversations
        on conversations.conversation_id = dialogues.conversation_id
    where conversations.is_countable
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    -- Of chats whose tool says what its bot did not understand.
    sum(case when fallback_count is not null then bot_customer_turn_count else 0 end) as bot_customer_turns,
    sum(coalesce(fallback_count, 0)) as bot_fallback_turns,
    sum(coalesce(bot_customer_turn_count - fallback_count, 0)) as bot_understood_turns,
    sum(labelled_count) as labelled_messages,
    sum(correct_intent_count) as correct_intent_messages,
    count(case when has_intent_and_topic then 1 end) as dialogues_with_intent,
    count(case when has_intent_and_topic and is_intent_topic then 1 end) as dialogues_with_right_intent,
    count(case when not has_intent_and_topic then 1 end) as dialogues_without_intent,

    sum(recognised_turn_count) as recognised_turns,
    {{ exact_sum('speech_recognition_seconds') }} as speech_recognition_seconds,

    count(case when is_scored then 1 end) as scored_dialogues,
    count(case when not is_scored then 1 end) as unscored_dialogues,
    count(case when is_scored_twice then 1 end) as twice_scored_dialogues,
    count(case when not is_scored_twice then 1 end) as not_twice_scored_dialogues,
    -- Chats without a score add NULL, chats with one no change.
    {{ exact_sum('start_sentiment') }} as start_sentiment_sum,
    {{ exact_sum('start_sentiment * start_sentiment') }} as start_sentiment_squared,
    {{ exact_sum('end_sentiment') }} as end_sentiment_sum,
    {{ exact_sum('end_sentiment * end_sentiment') }} as end_sentiment_squared,
    {{ exact_sum('lowest_sentiment') }} as lowest_sentiment_sum,
    {{ exact_sum('lowest_sentiment * lowest_sentiment') }} as lowest_sentiment_squared,
    {{ exact_sum('(end_sentiment - start_sentiment)') }} as change_sentiment_sum,
    {{ exact_sum('(end_sentiment - start_sentiment) * (end_sentiment - start_sentiment)') }} as change_sentiment_squared,
    count(case when is_scored and lowest_sentiment <= {{ var('frustrated_sentiment_score') }} then 1 end)
    as frustrated_dialogues,
    count(case when is_scored and end_sentiment >= {{ var('satisfied_sentiment_score') }} then 1 end) as satisfied_dialogues
from dialogues
group by 1, 2, 3, 4, 5, 6
