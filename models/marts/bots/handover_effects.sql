{#-
    What a hand-over costs beside a chat that a person took from the start, topic by topic: bots hand over the harder
    questions, so that the plain difference would blame the hand-over for the topic.
-#}
with

answers as (
    select
        conversation_id,
        avg(score) as csat_score
    from {{ ref('int_responses_classified') }}
    where is_response_counted and scale = 'csat_5'
    group by conversation_id
),

chats as (
    select
        conversations.topic,
        conversations.responder = 'hybrid' as is_handover,
        conversations.handle_seconds,
        answers.csat_score
    from {{ ref('int_conversations_classified') }} as conversations
    left join answers on answers.conversation_id = conversations.conversation_id
    where
        conversations.source_type = 'chat'
        and conversations.is_handle_counted
        and conversations.topic is not null
),

topics as (
    select
        topic,
        {{ count_if('is_handover') }} as handover_count,
        {{ count_if('not is_handover') }} as direct_count,
        {{ exact_sum_as_double('case when is_handover then handle_seconds end') }}
        / nullif(count(case when is_handover then handle_seconds end), 0) as handover_handle_mean,
        {{ exact_sum_as_double('case when not is_handover then handle_seconds end') }}
        / nullif(count(case when not is_handover then handle_seconds end), 0) as direct_handle_mean,
        {{ exact_sum_as_double('case when is_handover then csat_score end') }}
        / nullif(count(case when is_handover then csat_score end), 0) as handover_csat_mean,
        {{ exact_sum_as_double('case when not is_handover then csat_score end') }}
        / nullif(count(case when not is_handover then csat_score end), 0) as direct_csat_mean,
        count(case when is_handover then csat_score end) as handover_csat_count,
        count(case when not is_handover then csat_score end) as direct_csat_count
    from chats
    group by topic
),

-- All topics together: their differences weighted by hand-overs.
together as (
    select
        cast(null as {{ dbt.type_string() }}) as topic,
        sum(handover_count) as handover_count,
        sum(direct_count) as direct_count,
        {{ exact_sum_as_double('handover_count * (handover_handle_mean - direct_handle_mean)') }}
        / nullif(sum(case when handover_handle_mean - direct_handle_mean is not null then handover_count end), 0)
        as handle_penalty_seconds,
        {{ exact_sum_as_double('handover_csat_count * (handover_csat_mean - direct_csat_mean)') }}
        / nullif(sum(case when handover_csat_mean - direct_csat_mean is not null then handover_csat_count end), 0)
        as csat_gap,
        sum(handover_csat_count) as handover_csat_count,
        sum(direct_csat_count) as direct_csat_count
    from topics
)

select
    topic,
    handover_count,
    direct_count,
    handover_csat_count,
    direct_csat_count,
    handover_handle_mean - direct_handle_mean as handle_penalty_seconds,
    handover_csat_mean - direct_csat_mean as csat_gap
from topics

union all

select
    topic,
    handover_count,
    direct_count,
    handover_csat_count,
    direct_csat_count,
    handle_penalty_seconds,
    csat_gap
from together
