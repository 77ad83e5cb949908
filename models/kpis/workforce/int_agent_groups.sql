{#-
    Which teams' figures about the work of agents may be shown: not those of fewer than agent_group_min_agents, which would be
    single agents', nor what would give them away. Of a quarter the least month decides, so that no month is a quarter without the
    others; where the hidden teams together are still too few, the smallest of the others is hidden as well, so that they are not
    the whole without the shown ones.
-#}
with

-- Contacts that people handled without an agent who is known are of a team, too: of nobody who could be counted.
worked as (
    select
        agent_days.work_date,
        coalesce(agent_days.team, 'unknown') as team,
        agent_days.agent_key
    from {{ ref('fct_agent_days') }} as agent_days
    inner join {{ ref('dim_agents') }} as agents on agents.agent_key = agent_days.agent_key
    where agent_days.participated_count > 0 and not agents.is_bot

    union all

    select distinct
        conversation_date as work_date,
        coalesce(team, 'unknown') as team,
        cast(null as {{ dbt.type_string() }}) as agent_key
    from {{ ref('fct_conversations') }}
    where is_countable and responder in ('human', 'hybrid')
),

counted as (
    select
        'day' as grain,
        work_date as period_start,
        team,
        count(distinct agent_key) as agent_count
    from worked
    group by work_date, team

    union all

    select
        'quarter' as grain,
        cast({{ dbt.date_trunc('quarter', 'month_start_date') }} as date) as period_start,
        team,
        min(agent_count) as agent_count
    from (
        select
            cast({{ dbt.date_trunc('month', 'work_date') }} as date) as month_start_date,
            team,
            count(distinct agent_key) as agent_count
        from worked
        group by cast({{ dbt.date_trunc('month', 'work_date') }} as date), team
    ) as months
    group by cast({{ dbt.date_trunc('quarter', 'month_start_date') }} as date), team
),

ranked as (
    select
        *,
        agent_count >= {{ var('agent_group_min_agents') }} as is_large,
        count(case when agent_count < {{ var('agent_group_min_agents') }} then 1 end) over of_period as small_group_count,
        sum(case when agent_count < {{ var('agent_group_min_agents') }} then agent_count else 0 end) over of_period
        as hidden_agent_count,
        row_number() over (
            partition by grain, period_start, case when agent_count >= {{ var('agent_group_min_agents') }} then 1 else 0 end
            order by agent_count, team
        ) as size_rank
    from counted
    window of_period as (partition by grain, period_start)
)

select
    grain,
    period_start,
    team,
    agent_count,
    is_large
    and (small_group_count = 0 or hidden_agent_count >= {{ var('agent_group_min_agents') }} or size_rank > 1) as is_shown
from ranked
