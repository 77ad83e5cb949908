{#- Understanding and sentiment in chats (catalogue K15, K16, K21). Anchor: day of the conversation's started_at. -#}
{% set sentiments = {
    'start': 'start_sentiment', 'end': 'end_sentiment', 'lowest': 'lowest_sentiment',
    'change': '(end_sentiment - start_sentiment)',
} -%}
with

dialogues as (
    select
        conversations.conversation_date,
        conversations.channel,
        conversations.topic,
        conversations.team,
        conversations.responder,
        dialogues.*,
        dialogues.scored_turn_count > 0 as is_scored,
        dialogues.scored_turn_count > 1 as is_scored_twice,
        -- The topic is taken as what people made of the question in the end.
        dialogues.last_intent is not null and conversations.topic is not null as has_intent_and_topic,
        dialogues.last_intent = conversations.topic as is_intent_topic
    from {{ ref('fct_dialogues') }} as dialogues
    inner join {{ ref('int_conversations_classified') }} as conversations
        on conversations.conversation_id = dialogues.conversation_id
    where conversations.is_countable
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    sum(bot_customer_turn_count) as bot_customer_turns,
    sum(fallback_count) as bot_fallback_turns,
    sum(bot_customer_turn_count - fallback_count) as bot_understood_turns,
    sum(labelled_count) as labelled_messages,
    sum(correct_intent_count) as correct_intent_messages,
    {{ count_if('has_intent_and_topic') }} as dialogues_with_intent,
    {{ count_if('has_intent_and_topic and is_intent_topic') }} as dialogues_with_right_intent,
    {{ count_if('not has_intent_and_topic') }} as dialogues_without_intent,

    sum(recognised_turn_count) as recognised_turns,
    {{ exact_sum('speech_recognition_seconds') }} as speech_recognition_seconds,

    {{ count_if('is_scored') }} as scored_dialogues,
    {{ count_if('not is_scored') }} as unscored_dialogues,
    {{ count_if('is_scored_twice') }} as twice_scored_dialogues,
    {{ count_if('not is_scored_twice') }} as not_twice_scored_dialogues,
    -- Chats without a score add NULL, chats with one no change.
    {% for name, score in sentiments.items() -%}
    {{ exact_sum(score) }} as {{ name }}_sentiment_sum,
    {{ exact_sum(score ~ ' * ' ~ score) }} as {{ name }}_sentiment_squared,
    {% endfor -%}
    {{ count_if('is_scored and lowest_sentiment <= ' ~ var('frustrated_sentiment_score')) }} as frustrated_dialogues,
    {{ count_if('is_scored and end_sentiment >= ' ~ var('satisfied_sentiment_score')) }} as satisfied_dialogues
from dialogues
group by
    1,
    2,
    3,
    4,
    5
