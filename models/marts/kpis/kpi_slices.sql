{#-
    What is stored of the KPIs: which has a row in which period and slice, its sums as far as they may be told, the target
    that it is held against, and why it has no value. The whole has a row in every period, if only to say why; a slice
    where it shows a value or waits for one. kpi_values works out value and interval when they are asked for.
-#}
with

registry as (
    select * from {{ ref('kpi_definitions') }}
),

sums as (
    select * from {{ ref('int_kpi_sums') }}
),

sourced as (
    select distinct registry.kpi_id
    from registry
    inner join {{ ref('int_tables_landed') }} as landed
        on '|' || registry.source_tables || '|' like '%|' || landed.table_name || '|%'
),

-- The whole of every KPI in every period, whether anything is summed there or not.
wholes as (
    select distinct
        registry.kpi_id,
        periods.grain,
        periods.period_start
    from registry
    cross join {{ ref('int_periods') }} as periods
),

populated as (
    select
        wholes.grain,
        wholes.period_start,
        'all' as slice,
        sums.channel,
        sums.topic,
        sums.team,
        sums.responder,
        sums.bot,
        wholes.kpi_id,
        {{ kpi_roles() | join(', ') }}
    from wholes
    left join sums
        on
            sums.kpi_id = wholes.kpi_id
            and sums.grain = wholes.grain
            and sums.period_start = wholes.period_start
            and sums.slice = 'all'

    union all

    select
        {{ slice_columns() }},
        sums.kpi_id,
        {{ kpi_roles() | join(', ') }}
    from sums
    inner join registry on registry.kpi_id = sums.kpi_id
    where
        sums.slice <> 'all'
        and (sums.n >= registry.hidden_below_n or sums.n_pending > 0)
        -- By team, the work of agents is shown by month and quarter: a day or a week may be one agent's.
        and not (sums.slice = 'team' and registry.is_about_agents and sums.grain in ('day', 'week'))
),

reasoned as (
    select
        populated.*,
        registry.direction,
        registry.statistic,
        registry.interval_method,
        registry.scale,
        case
            when sourced.kpi_id is null then 'no_source'
            when populated.slice = 'team' and registry.is_about_agents and not coalesce(groups.is_shown, false) then 'small_group'
            when coalesce(populated.n, 0) = 0 and populated.n_pending > 0 then 'pending'
            when coalesce(populated.n, 0) = 0 then 'no_population'
            when populated.n < registry.hidden_below_n then 'small_n'
            when populated.numerator is null or (registry.statistic <> 'percentile' and populated.denominator <= 0)
                then 'not_measured'
        end as no_value_reason
    from populated
    inner join registry on registry.kpi_id = populated.kpi_id
    left join sourced on sourced.kpi_id = populated.kpi_id
    left join {{ ref('int_agent_groups') }} as groups
        on
            groups.agents_counted = registry.agents_counted
            and groups.grain = 'quarter'
            and groups.period_start = cast({{ dbt.date_trunc('quarter', 'populated.period_start') }} as date)
            and groups.team = populated.team
),

-- Of a group too small, not even the sums.
valued as (
    select
        *,
        coalesce(no_value_reason, '') not in ('no_source', 'small_group') as is_told,
        {{ kpi_value() }} as kpi_value
    from reasoned
),

-- The target that names most of the slice.
targeted as (
    {{ with_targets('valued', ref('kpi_targets'), ref('topics')) | indent(4) }}
)

select
    kpi_id,
    {{ slice_columns() }},
    case when is_told and (statistic <> 'percentile' or kpi_value is not null) then numerator end as numerator,
    case when is_told then coalesce(denominator, 0) end as denominator,
    case when interval_method = 'mean' and kpi_value is not null then numerator_squared end as numerator_squared,
    cast(case when is_told then coalesce(n, 0) end as bigint) as n,
    cast(case when is_told then coalesce(n_pending, 0) end as bigint) as n_pending,
    cast(case when is_told then coalesce(n_excluded, 0) end as bigint) as n_excluded,
    -- Of a band, the bound that the value is held against.
    case when direction <> 'band' then target when kpi_value < low then low else high end as target,
    case
        when kpi_value is null then 'no_value'
        when direction = 'band' and low is not null and high is not null
            then {{ band_status('kpi_value', 'low', 'high', 'warn') }}
        when target is null then 'no_target'
        when direction = 'higher' and kpi_value >= target then 'good'
        when direction = 'higher' and kpi_value >= warn then 'warn'
        when direction = 'lower' and kpi_value <= target then 'good'
        when direction = 'lower' and kpi_value <= warn then 'warn'
        when direction in ('higher', 'lower') then 'bad'
        else 'no_target'
    end as status,
    no_value_reason
from targeted
-- The finest slice lists only values; the wide marts hold the rest.
where slice = 'all' or kpi_value is not null or (slice <> 'channel+topic' and is_told and n_pending > 0)
