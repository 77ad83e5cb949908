{{ config(materialized='view', schema='kpis') }}
{#-
    Which KPIs have a row in which period and slice, and why one has no value. The whole has a row in every period, if only to
    say why; a slice where it shows a value or waits for one.
-#}
with

registry as (
    select * from {{ ref('kpi_definitions') }}
),

sourced as (
    select distinct registry.kpi_id
    from registry
    inner join {{ ref('int_tables_landed') }} as landed
        on '|' || registry.source_tables || '|' like '%|' || landed.table_name || '|%'
),

groups as (
    select * from {{ ref('int_agent_groups') }}
),

sums as (
    select * from {{ ref('int_kpi_sums') }}
),

periods as (
    select distinct
        grain,
        period_start
    from {{ ref('int_periods') }}
),

populated as (
    select
        registry.kpi_id,
        periods.grain,
        periods.period_start,
        'all' as slice,
        sums.channel,
        sums.topic,
        sums.team,
        sums.responder,
        sums.numerator,
        sums.denominator,
        sums.numerator_squared,
        coalesce(sums.n, 0) as n,
        coalesce(sums.n_pending, 0) as n_pending,
        coalesce(sums.n_excluded, 0) as n_excluded
    from registry
    cross join periods
    left join sums
        on
            sums.kpi_id = registry.kpi_id
            and sums.grain = periods.grain
            and sums.period_start = periods.period_start
            and sums.slice = 'all'

    union all

    select
        sums.kpi_id,
        sums.grain,
        sums.period_start,
        sums.slice,
        sums.channel,
        sums.topic,
        sums.team,
        sums.responder,
        sums.numerator,
        sums.denominator,
        sums.numerator_squared,
        coalesce(sums.n, 0) as n,
        coalesce(sums.n_pending, 0) as n_pending,
        coalesce(sums.n_excluded, 0) as n_excluded
    from sums
    inner join registry on registry.kpi_id = sums.kpi_id
    where sums.slice <> 'all' and (sums.n >= registry.hidden_below_n or sums.n_pending > 0)
)

select
    populated.*,
    registry.unit,
    registry.direction,
    registry.statistic,
    registry.interval_method,
    populated.n < registry.small_below_n as is_small_n,
    sourced.kpi_id is not null as has_source,
    registry.scale,
    case
        when sourced.kpi_id is null then 'no_source'
        when
            populated.slice = 'team'
            and registry.is_about_agents
            and coalesce(groups.agent_count, 0) < {{ var('agent_group_min_agents') }}
            then 'small_group'
        when populated.n = 0 and populated.n_pending > 0 then 'pending'
        when populated.n = 0 then 'no_population'
        when populated.n < registry.hidden_below_n then 'small_n'
        when populated.numerator is null or (registry.statistic <> 'percentile' and populated.denominator <= 0)
            then 'not_measured'
    end as no_value_reason
from populated
inner join registry on registry.kpi_id = populated.kpi_id
left join sourced on sourced.kpi_id = populated.kpi_id
left join groups
    on
        groups.grain = populated.grain
        and groups.period_start = populated.period_start
        and groups.team = populated.team
