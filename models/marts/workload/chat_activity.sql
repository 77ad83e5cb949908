with

chats as (
    select
        *,
        cast(extract(hour from {{ reporting_time('started_at') }}) as integer) as hour_of_day
    from {{ ref('int_conversations_classified') }}
    where source_type = 'chat' and is_countable
)

select
    conversation_date as activity_date,
    hour_of_day,
    channel,
    count(*) as started_count,
    {{ count_if("responder = 'bot'") }} as bot_count,
    {{ count_if('is_answer_counted') }} as answered_count,
    {{ count_if('is_offer_counted and not is_answer_counted') }} as unanswered_count
from chats
group by conversation_date, hour_of_day, channel
