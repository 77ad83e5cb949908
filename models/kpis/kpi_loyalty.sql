{#- Complaints, and customers who ask to leave. Anchor: day of started_at. Which topics these are, the seed topics says. -#}
with

topics as (
    select * from {{ ref('dim_topics') }}
),

conversations as (
    select
        classified.*,
        classified.is_countable and classified.topic is not null as has_told_topic,
        topics.loyalty_signal
    from {{ ref('int_conversations_classified') }} as classified
    left join topics on topics.topic = classified.topic
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ count_if('has_told_topic') }} as told_topic_count,
    {{ count_if("has_told_topic and loyalty_signal = 'complaint'") }} as complaint_count,
    {{ count_if("has_told_topic and loyalty_signal = 'cancellation'") }} as cancellation_count,
    {{ count_if('not has_told_topic') }} as untold_topic_count
from conversations
group by
    1,
    2,
    3,
    4,
    5
