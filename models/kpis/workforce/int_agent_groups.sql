{#- How many agents a team's figures are of, so that figures of too few are hidden: they would be those of single agents. -#}
with

agent_days as (
    select * from {{ ref('fct_agent_days') }}
),

agents as (
    select * from {{ ref('dim_agents') }}
),

periods as (
    select * from {{ ref('int_periods') }}
)

select
    periods.grain,
    periods.period_start,
    coalesce(agent_days.team, 'unknown') as team,
    count(distinct agent_days.agent_key) as agent_count
from agent_days
inner join agents on agents.agent_key = agent_days.agent_key
inner join periods on periods.date_day = agent_days.work_date
where agent_days.participated_count > 0 and not agents.is_bot
group by
    periods.grain,
    periods.period_start,
    coalesce(agent_days.team, 'unknown')
