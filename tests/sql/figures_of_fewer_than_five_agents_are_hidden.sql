-- Counted from the agents' days themselves, whatever the marts say of their groups.
with

days as (
    select
        agent_days.agent_key,
        coalesce(agent_days.team, 'unknown') as team,
        dates.date_day,
        dates.week_start_date,
        dates.month_start_date,
        cast({{ dbt.date_trunc('quarter', 'dates.date_day') }} as date) as quarter_start_date
    from {{ ref('fct_agent_days') }} as agent_days
    inner join {{ ref('dim_agents') }} as agents on agents.agent_key = agent_days.agent_key
    inner join {{ ref('dim_dates') }} as dates on dates.date_day = agent_days.work_date
    where agent_days.participated_count > 0 and not agents.is_bot
),

large_groups as (
    {% for grain, period in grains().items() -%}
    select
        '{{ grain }}' as grain,
        {{ period }} as period_start,
        team
    from days
    group by {{ period }}, team
    having count(distinct agent_key) >= 5
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

shown as (
    select
        kpis.kpi_id as relation,
        kpis.grain,
        kpis.period_start,
        kpis.team
    from {{ ref('kpi_values') }} as kpis
    inner join {{ ref('kpi_registry') }} as registry on registry.kpi_id = kpis.kpi_id
    where
        kpis.slice = 'team'
        and registry.family in ('workforce', 'agent_turnover', 'chat_capacity', 'agent_ratings', 'training')
        and coalesce(
            kpis.value, kpis.numerator, kpis.denominator, kpis.n, kpis.n_pending, kpis.n_excluded, kpis.ci_low,
            kpis.ci_high, kpis.maturity_rate
        ) is not null
    union all
    select
        'agent_performance' as relation,
        'month' as grain,
        month_start_date as period_start,
        team
    from {{ ref('agent_performance') }}
    where coalesce(active_day_count, owned_count, handled_count, fcr_count, csat_count, conversations_per_day) is not null
    union all
    select
        'chat_capacity' as relation,
        'day' as grain,
        work_date as period_start,
        team
    from {{ ref('chat_capacity') }}
    where coalesce(staffed_seconds, max_chat_count, mean_used_share, strained_share) is not null
)

select shown.*
from shown
left join large_groups
    on
        large_groups.grain = shown.grain
        and large_groups.period_start = shown.period_start
        and large_groups.team = shown.team
where large_groups.team is null
