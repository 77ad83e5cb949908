{#-
    Counted from the agents' days themselves, whatever the marts say of their groups. Of KPIs about the work of agents, by team:
    nothing by day or week; in each month of the quarter five agents or more; and where some team's figures are not shown, theirs
    are together those of five or more, so that they are not the whole without the shown ones.
-#}
with

worked as (
    select
        coalesce(agent_days.team, 'unknown') as team,
        agent_days.work_date,
        cast({{ dbt.date_trunc('quarter', 'agent_days.work_date') }} as date) as quarter_start_date,
        cast({{ dbt.date_trunc('month', 'agent_days.work_date') }} as date) as month_start_date,
        agent_days.agent_key
    from {{ ref('fct_agent_days') }} as agent_days
    inner join {{ ref('dim_agents') }} as agents on agents.agent_key = agent_days.agent_key
    where agent_days.participated_count > 0 and not agents.is_bot
),

days as (
    select
        team,
        work_date,
        count(distinct agent_key) as agent_count
    from worked
    group by team, work_date
),

months as (
    select
        team,
        quarter_start_date,
        month_start_date,
        count(distinct agent_key) as agent_count
    from worked
    group by team, quarter_start_date, month_start_date
),

quarters as (
    select
        team,
        quarter_start_date,
        min(agent_count) as agent_count
    from months
    group by team, quarter_start_date
),

team_values as (
    select
        kpis.kpi_id,
        kpis.grain,
        kpis.period_start,
        kpis.team,
        coalesce(
            kpis.value, kpis.numerator, kpis.denominator, kpis.n, kpis.n_pending, kpis.n_excluded, kpis.ci_low,
            kpis.ci_high, kpis.maturity_rate
        ) is not null as is_shown,
        coalesce(quarters.agent_count, 0) as agent_count
    from {{ ref('kpi_values') }} as kpis
    inner join {{ ref('kpi_registry') }} as registry on registry.kpi_id = kpis.kpi_id
    left join quarters
        on
            quarters.team = kpis.team
            and quarters.quarter_start_date = cast({{ dbt.date_trunc('quarter', 'kpis.period_start') }} as date)
    where kpis.slice = 'team' and registry.is_about_agents
),

everybody as (
    select
        quarter_start_date,
        sum(agent_count) as agent_count
    from quarters
    group by quarter_start_date
),

-- What is not shown, whether it has a row or not, is the whole without what is.
left_over as (
    select
        shown.kpi_id,
        shown.grain,
        shown.period_start,
        max(everybody.agent_count) - sum(case when shown.is_shown then shown.agent_count else 0 end) as agent_count,
        sum(case when shown.is_shown then 0 else 1 end) as team_count
    from team_values as shown
    inner join everybody
        on everybody.quarter_start_date = cast({{ dbt.date_trunc('quarter', 'shown.period_start') }} as date)
    group by shown.kpi_id, shown.grain, shown.period_start
)

select
    'too few agents, or by day or week' as what,
    kpi_id,
    grain,
    period_start,
    team
from team_values
where is_shown and (agent_count < 5 or grain in ('day', 'week'))
union all
select
    'the whole without the others' as what,
    shown.kpi_id,
    shown.grain,
    shown.period_start,
    shown.team
from team_values as shown
inner join left_over
    on
        left_over.kpi_id = shown.kpi_id
        and left_over.grain = shown.grain
        and left_over.period_start = shown.period_start
where shown.is_shown and left_over.agent_count < 5 and (left_over.agent_count > 0 or left_over.team_count > 0)
union all
select
    'agent_performance' as what,
    performance.agent_key as kpi_id,
    'month' as grain,
    performance.month_start_date as period_start,
    performance.team
from {{ ref('agent_performance') }} as performance
left join months
    on months.team = performance.team and months.month_start_date = performance.month_start_date
where
    coalesce(months.agent_count, 0) < 5
    and coalesce(
        performance.active_day_count, performance.owned_count, performance.handled_count, performance.fcr_count,
        performance.csat_count, performance.conversations_per_day
    ) is not null
union all
select
    'chat_capacity' as what,
    null as kpi_id,
    'day' as grain,
    capacity.work_date as period_start,
    capacity.team
from {{ ref('chat_capacity') }} as capacity
left join days
    on days.team = capacity.team and days.work_date = capacity.work_date
where
    coalesce(days.agent_count, 0) < 5
    and coalesce(capacity.staffed_seconds, capacity.max_chat_count, capacity.mean_used_share, capacity.strained_share) is not null
