{{ config(materialized='view') }}
{#- Cost and handle time of contacts that people handled, by month and topic: what an automated contact saves. -#}
with

conversations as (
    select
        cast({{ dbt.date_trunc('month', 'conversation_date') }} as date) as month_start_date,
        coalesce(topic, 'unknown') as topic,
        case when is_cost_counted then cost end as cost,
        case when is_handle_counted then handle_seconds end as handle_seconds
    from {{ ref('int_conversations_classified') }}
    where is_countable and responder = 'human'
)

select
    month_start_date,
    topic,
    count(cost) as human_count,
    {{ rate(exact_sum_as_double('cost'), 'count(cost)') }} as human_cost_per_interaction,
    {{ rate(exact_sum_as_double('handle_seconds'), 'count(handle_seconds)') }} as human_handle_seconds
from conversations
group by month_start_date, topic
having count(cost) > 0
