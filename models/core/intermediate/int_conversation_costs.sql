{% set drivers = ['handle_seconds', 'telephony_seconds', 'bot_conversations', 'conversation_count'] -%}
with

conversations as (
    select
        conversation_id,
        cast({{ dbt.date_trunc('month', reporting_date('started_at')) }} as date) as cost_month,
        team,
        channel,
        coalesce(handle_seconds, 0) as handle_seconds,
        telephony_seconds,
        {{ bot_conversations() }} as bot_conversations,
        1 as conversation_count
    from {{ ref('int_conversations_identified') }}
),

cells as (
    select * from {{ ref('int_cost_drivers') }}
),

allocations as (
    select
        cost_month,
        team,
        channel,
        {% for driver in drivers -%}
        {{ exact_sum_as_double("case when cost_driver = '" ~ driver ~ "' then allocated_amount else 0 end") }}
        as {{ driver }}_amount{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_cost_allocations') }}
    where cost_driver <> 'none'
    group by
        cost_month,
        team,
        channel
),

-- The price of one unit of each driver in a month, team and channel.
rates as (
    select
        cells.cost_month,
        cells.team,
        cells.channel,
        {% for driver in drivers -%}
        coalesce(allocations.{{ driver }}_amount / nullif(cells.{{ driver }}, 0), 0)
        as {{ driver }}_rate{{ ',' if not loop.last }}
        {% endfor %}
    from cells
    inner join allocations
        on
            allocations.cost_month = cells.cost_month
            and allocations.channel = cells.channel
            and coalesce(allocations.team, '') = coalesce(cells.team, '')
)

select
    conversations.conversation_id,
    {% for driver in drivers -%}
    conversations.{{ driver }} * rates.{{ driver }}_rate{{ ' +' if not loop.last }}
    {% endfor -%}
    as cost
from conversations
inner join rates
    on
        rates.cost_month = conversations.cost_month
        and rates.channel = conversations.channel
        and coalesce(rates.team, '') = coalesce(conversations.team, '')
