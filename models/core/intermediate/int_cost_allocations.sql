{% set drivers = ['handle_seconds', 'telephony_seconds', 'bot_conversations', 'conversation_count'] -%}
with

costs as (
    select
        {{ stable_id(['cost_month', 'cost_pool', 'team', 'channel', 'landed_line_number', 'landed_file_name']) }}
        as cost_id,
        *
    from {{ ref('int_costs_accepted') }}
),

cells as (
    select * from {{ ref('int_cost_drivers') }}
),

pools as (
    select * from {{ ref('cost_pools') }}
),

-- A pool reaches the cells of its month, and of its team and channel where it names them.
reached as (
    select
        costs.cost_id,
        costs.cost_month,
        costs.cost_pool,
        costs.amount,
        pools.cost_driver as pool_driver,
        cells.team,
        cells.channel,
        {% for driver in drivers -%}
        cells.{{ driver }},
        sum(cast(cells.{{ driver }} as decimal(38, 6))) over (partition by costs.cost_id)
        as total_{{ driver }}{{ ',' if not loop.last }}
        {% endfor %}
    from costs
    left join pools on pools.cost_pool = costs.cost_pool
    left join cells
        on
            cells.cost_month = costs.cost_month
            and (costs.team is null or cells.team = costs.team)
            and (costs.channel is null or cells.channel = costs.channel)
),

-- Where a pool's own driver moved nothing, the conversations share it alike; where there were none, nobody can.
driven as (
    select
        *,
        case
            {% for driver in drivers if driver != 'conversation_count' -%}
            when pool_driver = '{{ driver }}' and total_{{ driver }} > 0 then '{{ driver }}'
            {% endfor -%}
            when total_conversation_count > 0 then 'conversation_count'
            else 'none'
        end as cost_driver
    from reached
)

select
    cost_id,
    cost_month,
    cost_pool,
    team,
    channel,
    cost_driver,
    case cost_driver
        {% for driver in drivers -%}
        when '{{ driver }}' then amount * {{ driver }} / total_{{ driver }}
        {% endfor -%}
        when 'none' then amount
    end as allocated_amount
from driven
