{#- How each landed cost is shared out over the teams and channels that it reaches, by what drives it. -#}
with

cells as (
    select
        cast({{ dbt.date_trunc('month', reporting_date('started_at')) }} as date) as cost_month,
        team,
        channel,
        coalesce({{ exact_sum_as_double('handle_seconds') }}, 0) as handle_seconds,
        coalesce({{ exact_sum_as_double('telephony_seconds') }}, 0) as telephony_seconds,
        count(case when is_bot_costed then 1 end) as bot_conversations,
        count(*) as conversation_count
    from {{ ref('int_conversations_identified') }}
    group by 1, 2, 3
),

listed as (
    select cost_driver from {{ ref('cost_pools') }}
    union
    select 'conversation_count' as cost_driver
),

-- What carries cost in each month, team and channel: worked seconds, seconds on the line, bot conversations, all of them.
drivers as (
    select
        cells.cost_month,
        cells.team,
        cells.channel,
        listed.cost_driver,
        case listed.cost_driver
            when 'handle_seconds' then cells.handle_seconds
            when 'telephony_seconds' then cells.telephony_seconds
            when 'bot_conversations' then cells.bot_conversations
            when 'conversation_count' then cells.conversation_count
        end as driver_quantity
    from cells
    cross join listed
),

costs as (
    select
        {{ stable_id(
            ['costs.cost_month', 'costs.cost_pool', 'costs.team', 'costs.channel',
            'costs.landed_line_number', 'costs.landed_file_name']
        ) }} as cost_id,
        costs.*,
        pools.cost_driver as pool_driver
    from {{ accepted(ref('int_costs_judged')) }} as costs
    left join {{ ref('cost_pools') }} as pools on pools.cost_pool = costs.cost_pool
),

-- A pool reaches the cells of its month, and of its team and channel where it names them.
reached as (
    select
        costs.cost_id,
        costs.cost_month,
        costs.cost_pool,
        costs.amount,
        costs.pool_driver,
        drivers.team,
        drivers.channel,
        drivers.cost_driver,
        drivers.driver_quantity,
        sum(cast(drivers.driver_quantity as decimal(38, 6))) over (
            partition by costs.cost_id, drivers.cost_driver
        ) as total_quantity
    from costs
    left join drivers
        on
            drivers.cost_month = costs.cost_month
            and (costs.team is null or drivers.team = costs.team)
            and (costs.channel is null or drivers.channel = costs.channel)
),

-- Where there was none of a pool's driver, all conversations share the pool equally.
driven as (
    select
        *,
        coalesce(
            max(case when cost_driver = pool_driver and total_quantity > 0 then pool_driver end) over (
                partition by cost_id
            ),
            'conversation_count'
        ) as chosen_driver
    from reached
)

-- Where there were no conversations, the cost stays unallocated (cost_driver none).
select
    cost_id,
    cost_month,
    cost_pool,
    team,
    channel,
    coalesce(cost_driver, 'none') as cost_driver,
    driver_quantity,
    case when cost_driver is null then amount else amount * driver_quantity / total_quantity end as allocated_amount
from driven
where cost_driver is null or cost_driver = chosen_driver
