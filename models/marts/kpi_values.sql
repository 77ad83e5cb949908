with

registry as (
    select * from {{ ref('kpi_registry') }}
),

measures as (
    select * from {{ ref('kpi_measures') }}
),

targets as (
    select * from {{ ref('kpi_targets') }}
),

-- What each measure is to each KPI.
roles as (
    select kpi_id, numerator as measure, 'numerator' as measure_role from registry
    union all
    select kpi_id, denominator as measure, 'denominator' as measure_role from registry
    union all
    select kpi_id, numerator_squared as measure, 'numerator_squared' as measure_role from registry
    union all
    select kpi_id, pending as measure, 'pending' as measure_role from registry
    union all
    select kpi_id, excluded as measure, 'excluded' as measure_role from registry
),

paired as (
    select
        roles.kpi_id,
        measures.grain,
        measures.period_start,
        measures.slice,
        measures.channel,
        measures.topic,
        measures.team,
        measures.responder,
        max(case when roles.measure_role = 'numerator' then measures.measure_value end) as numerator,
        max(case when roles.measure_role = 'denominator' then measures.measure_value end) as n,
        max(case when roles.measure_role = 'numerator_squared' then measures.measure_value end) as numerator_squared,
        max(case when roles.measure_role = 'pending' then measures.measure_value end) as n_pending,
        max(case when roles.measure_role = 'excluded' then measures.measure_value end) as n_excluded
    from measures
    inner join roles on roles.measure = measures.measure
    group by
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8
),

periods as (
    select distinct
        grain,
        period_start
    from measures
    where slice = 'all'
),

-- The whole has a row in every period, if only to say why there is no value; slices only where they hold somebody.
populated as (
    select
        registry.kpi_id,
        periods.grain,
        periods.period_start,
        'all' as slice,
        paired.channel,
        paired.topic,
        paired.team,
        paired.responder,
        paired.numerator,
        paired.n,
        paired.numerator_squared,
        paired.n_pending,
        paired.n_excluded
    from registry
    cross join periods
    left join paired
        on
            paired.kpi_id = registry.kpi_id
            and paired.grain = periods.grain
            and paired.period_start = periods.period_start
            and paired.slice = 'all'

    union all

    select *
    from paired
    where slice <> 'all' and coalesce(n, 0) + coalesce(n_pending, 0) > 0
),

explained as (
    select
        populated.*,
        registry.unit,
        registry.direction,
        registry.statistic,
        registry.interval_method,
        coalesce(populated.n, 0) < registry.small_below_n as is_small_n,
        case registry.statistic when 'points' then 100 else 1 end as scale,
        case
            when not exists (
                select 1
                from {{ ref('int_tables_landed') }} as landed
                where '|' || registry.source_tables || '|' like '%|' || landed.table_name || '|%'
            ) then 'no_source'
            when coalesce(populated.n, 0) = 0 and coalesce(populated.n_pending, 0) > 0 then 'pending'
            when coalesce(populated.n, 0) = 0 then 'no_population'
            when populated.n < registry.hidden_below_n then 'small_n'
            when populated.numerator is null then 'not_measured'
        end as no_value_reason
    from populated
    inner join registry on registry.kpi_id = populated.kpi_id
),

valued as (
    select
        *,
        case
            when no_value_reason is not null then null
            when statistic = 'percentile' then numerator
            else scale * numerator / nullif(n, 0)
        end as kpi_value,
        case
            when no_value_reason is not null then null
            when interval_method = 'wilson' then {{ wilson_bound('numerator', 'nullif(n, 0)', -1) }}
            when interval_method = 'mean' then scale * {{ mean_bound('numerator', 'numerator_squared', 'nullif(n, 0)', -1) }}
        end as ci_low,
        case
            when no_value_reason is not null then null
            when interval_method = 'wilson' then {{ wilson_bound('numerator', 'nullif(n, 0)', 1) }}
            when interval_method = 'mean' then scale * {{ mean_bound('numerator', 'numerator_squared', 'nullif(n, 0)', 1) }}
        end as ci_high
    from explained
),

-- The target that names most of the slice.
targeted as (
    select
        valued.*,
        targets.target,
        targets.warn,
        row_number() over (
            partition by
                valued.kpi_id, valued.grain, valued.period_start, valued.slice,
                valued.channel, valued.topic, valued.team, valued.responder
            order by case when targets.channel is not null then 0 else 1 end, targets.valid_from desc
        ) as target_rank
    from valued
    left join targets
        on
            targets.kpi_id = valued.kpi_id
            and (targets.channel is null or targets.channel = valued.channel)
            and (targets.responder is null or targets.responder = valued.responder)
            and targets.valid_from <= valued.period_start
            and (targets.valid_to is null or targets.valid_to >= valued.period_start)
)

select
    kpi_id,
    grain,
    period_start,
    slice,
    channel,
    topic,
    team,
    responder,
    case when no_value_reason is distinct from 'no_source' and statistic <> 'percentile' then numerator end as numerator,
    case when no_value_reason is distinct from 'no_source' then coalesce(n, 0) end as denominator,
    kpi_value as value,
    cast(case when no_value_reason is distinct from 'no_source' then coalesce(n, 0) end as bigint) as n,
    cast(case when no_value_reason is distinct from 'no_source' then coalesce(n_pending, 0) end as bigint) as n_pending,
    cast(case when no_value_reason is distinct from 'no_source' then coalesce(n_excluded, 0) end as bigint) as n_excluded,
    ci_low,
    ci_high,
    is_small_n,
    case
        when no_value_reason is distinct from 'no_source'
            then coalesce(n, 0) / nullif(coalesce(n, 0) + coalesce(n_pending, 0), 0)
    end as maturity_rate,
    target,
    case
        when kpi_value is null then 'no_value'
        when target is null then 'no_target'
        when direction = 'higher' and kpi_value >= target then 'good'
        when direction = 'higher' and kpi_value >= warn then 'warn'
        when direction = 'lower' and kpi_value <= target then 'good'
        when direction = 'lower' and kpi_value <= warn then 'warn'
        else 'bad'
    end as status,
    no_value_reason
from targeted
where target_rank = 1
