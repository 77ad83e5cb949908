{#-
    Counted from the facts themselves, whatever the marts say of their groups. Of figures about agents, by team: nothing by day or
    week; in each month of the quarter five agents or more have a part in them, in calls, chats and tickets each; and where some
    teams of a month are hidden beside others, theirs are together five or more: not the whole without the shown ones.
-#}
with

conversations as (
    select
        *,
        source_system || '|' || agent_id as agent
    from {{ ref('fct_conversations') }}
    where is_countable and responder in ('human', 'hybrid')
),

agent_days as (
    select
        days.*,
        days.shift_seconds > 0 and agents.max_concurrent_chats is not null as has_seats
    from {{ ref('fct_agent_days') }} as days
    inner join {{ ref('dim_agents') }} as agents on agents.agent_key = days.agent_key
    where not agents.is_bot
),

parts as (
    select {{ agents_part('handled', 'source_type', 'conversation_date', 'team', 'agent') }}
    from conversations
    where handle_seconds is not null
    union all
    select {{ agents_part('resolved', 'source_type', 'conversation_date', 'team', 'agent') }}
    from conversations
    where resolution_seconds is not null
    union all
    select {{ agents_part('worked', "'contacts'", 'work_date', 'team', 'agent_key') }}
    from agent_days
    where participated_count > 0
    union all
    select {{ agents_part('worked', "'time'", 'work_date', 'team', 'agent_key') }}
    from agent_days
    where handled_seconds > 0
),

cells as (
    select
        agents_counted,
        kind,
        coalesce(team, 'unknown') as team,
        cast({{ dbt.date_trunc('month', 'part_date') }} as date) as month_start_date,
        cast({{ dbt.date_trunc('quarter', 'part_date') }} as date) as quarter_start_date,
        count(distinct agent) as agent_count
    from parts
    group by agents_counted, kind, coalesce(team, 'unknown'), month_start_date, quarter_start_date
),

shown as (
    select
        kpis.kpi_id as figure,
        definitions.agents_counted,
        kpis.grain,
        kpis.period_start,
        kpis.team
    from {{ ref('kpi_values') }} as kpis
    inner join {{ ref('kpi_definitions') }} as definitions on definitions.kpi_id = kpis.kpi_id
    where
        kpis.slice = 'team'
        and definitions.is_about_agents
        and coalesce(
            kpis.value, kpis.numerator, kpis.denominator, kpis.n, kpis.n_pending, kpis.n_excluded, kpis.ci_low, kpis.maturity_rate
        ) is not null
    union
    select
        'agents: ' || counted.agents_counted as figure,
        counted.agents_counted,
        'month' as grain,
        performance.month_start_date as period_start,
        performance.team
    from {{ ref('agent_performance') }} as performance
    cross join (values ('worked'), ('handled')) as counted (agents_counted)  -- noqa: AL05
    where
        coalesce(performance.active_day_count, performance.handled_count, performance.fcr_count) is not null
        and (counted.agents_counted = 'worked' or performance.handle_seconds_mean is not null)
),

figures as (
    select distinct
        figure,
        agents_counted,
        grain,
        period_start
    from shown
),

-- The months and kinds of contact in what is shown of some team, and who had a part in them in each.
held as (
    select
        figures.figure,
        figures.grain,
        figures.period_start,
        cells.team,
        cells.kind,
        cells.month_start_date,
        cells.agent_count,
        shown_teams.team is not null as is_shown
    from figures
    inner join cells
        on
            cells.agents_counted = figures.agents_counted
            and cells.quarter_start_date = cast({{ dbt.date_trunc('quarter', 'figures.period_start') }} as date)
    left join shown as shown_teams
        on
            shown_teams.figure = figures.figure
            and shown_teams.grain = figures.grain
            and shown_teams.period_start = figures.period_start
            and shown_teams.team = cells.team
)

select
    'by day or week' as what,
    figure,
    grain,
    period_start,
    team
from shown
where grain in ('day', 'week')
union all
select
    'too few agents, or the whole without the others' as what,
    figure,
    grain,
    period_start,
    min(case when not is_shown or agent_count < 5 then team end) as team
from held
group by figure, grain, period_start, kind, month_start_date
having
    min(case when is_shown then agent_count end) < 5
    or (grain = 'quarter' or month_start_date = period_start)
    and count(case when is_shown then 1 end) > 0 and sum(case when not is_shown then agent_count end) < 5
union all
select
    'chat_capacity' as what,
    null as figure,
    'day' as grain,
    capacity.work_date as period_start,
    capacity.team
from {{ ref('chat_capacity') }} as capacity
left join agent_days
    on coalesce(agent_days.team, 'unknown') = capacity.team and agent_days.work_date = capacity.work_date
where coalesce(capacity.staffed_seconds, capacity.max_chat_count, capacity.mean_used_share, capacity.strained_share) is not null
group by capacity.work_date, capacity.team
having count(distinct case when agent_days.has_seats then agent_days.agent_key end) < 5
