with

conversations as (
    select
        conversation_id,
        cast({{ dbt.date_trunc('month', reporting_date('started_at')) }} as date) as cost_month,
        team,
        channel,
        coalesce(handle_seconds, 0) as handle_seconds,
        telephony_seconds,
        case when is_bot_costed then 1 else 0 end as bot_conversations
    from {{ ref('int_conversations_identified') }}
),

-- The price of one unit of a driver in a month, team and channel.
prices as (
    select
        cost_month,
        team,
        channel,
        cost_driver,
        {{ exact_sum_as_double('allocated_amount') }} / nullif(max(driver_quantity), 0) as unit_price
    from {{ ref('int_cost_allocations') }}
    where cost_driver <> 'none'
    group by
        cost_month,
        team,
        channel,
        cost_driver
),

rates as (
    select
        cost_month,
        team,
        channel,
        coalesce(max(case when cost_driver = 'handle_seconds' then unit_price end), 0) as per_handle_second,
        coalesce(max(case when cost_driver = 'telephony_seconds' then unit_price end), 0) as per_telephony_second,
        coalesce(max(case when cost_driver = 'bot_conversations' then unit_price end), 0) as per_bot_conversation,
        coalesce(max(case when cost_driver = 'conversation_count' then unit_price end), 0) as per_conversation
    from prices
    group by
        cost_month,
        team,
        channel
)

select
    conversations.conversation_id,
    conversations.handle_seconds * rates.per_handle_second
    + conversations.telephony_seconds * rates.per_telephony_second
    + conversations.bot_conversations * rates.per_bot_conversation
    + rates.per_conversation as cost,
    conversations.bot_conversations * rates.per_bot_conversation as bot_cost
from conversations
inner join rates
    on
        rates.cost_month = conversations.cost_month
        and rates.channel = conversations.channel
        and coalesce(rates.team, '') = coalesce(conversations.team, '')
