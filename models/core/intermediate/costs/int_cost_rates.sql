{#- What one worked second, second on the line, bot conversation and conversation cost in a month, team and channel. -#}
with

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
    group by cost_month, team, channel, cost_driver
)

select
    cost_month,
    team,
    channel,
    coalesce(max(case when cost_driver = 'handle_seconds' then unit_price end), 0) as per_handle_second,
    coalesce(max(case when cost_driver = 'telephony_seconds' then unit_price end), 0) as per_telephony_second,
    coalesce(max(case when cost_driver = 'bot_conversations' then unit_price end), 0) as per_bot_conversation,
    coalesce(max(case when cost_driver = 'conversation_count' then unit_price end), 0) as per_conversation
from prices
group by cost_month, team, channel
