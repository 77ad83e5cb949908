with

conversations as (
    select * from {{ ref('int_conversations_identified') }}
)

-- What carries cost, in every month, team and channel: worked seconds, bot conversations, seconds on the line.
select
    cast({{ dbt.date_trunc('month', reporting_date('started_at')) }} as date) as cost_month,
    team,
    channel,
    count(*) as conversation_count,
    coalesce({{ exact_sum_as_double('handle_seconds') }}, 0) as handle_seconds,
    coalesce({{ exact_sum_as_double('telephony_seconds') }}, 0) as telephony_seconds,
    sum({{ bot_conversations() }}) as bot_conversations
from conversations
group by
    1,
    2,
    3
