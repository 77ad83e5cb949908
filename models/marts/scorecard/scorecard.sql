with

kpis as (
    select * from {{ ref('scorecard_kpis') }}
),

kpi_groups as (
    select
        month_start_date,
        scorecard,
        kpi_group,
        max(group_weight) as group_weight,
        {{ exact_sum_as_double('score * weight_in_group') }} as score,
        {{ rate(exact_sum_as_double('case when is_counted then kpi_weight else 0 end'), exact_sum_as_double('kpi_weight')) }}
        as coverage_rate,
        count(*) as kpi_count,
        {{ count_if('is_counted') }} as counted_kpi_count
    from kpis
    group by month_start_date, scorecard, kpi_group
),

-- There is a total only if every group is covered well enough.
totals as (
    select
        month_start_date,
        scorecard,
        {{ exact_sum_as_double('group_weight') }} as group_weight,
        case
            when min(coverage_rate) >= {{ var('scorecard_coverage_minimum') }}
                then {{ exact_sum_as_double('group_weight * score') }} / {{ exact_sum_as_double('group_weight') }}
        end as score,
        {{ exact_sum_as_double('group_weight * coverage_rate') }} / {{ exact_sum_as_double('group_weight') }} as coverage_rate,
        sum(kpi_count) as kpi_count,
        sum(counted_kpi_count) as counted_kpi_count
    from kpi_groups
    group by month_start_date, scorecard
)

select
    month_start_date,
    scorecard,
    kpi_group,
    group_weight,
    score,
    coverage_rate,
    cast(kpi_count as bigint) as kpi_count,
    cast(counted_kpi_count as bigint) as counted_kpi_count
from kpi_groups

union all

select
    month_start_date,
    scorecard,
    'total' as kpi_group,
    group_weight,
    score,
    coverage_rate,
    cast(kpi_count as bigint) as kpi_count,
    cast(counted_kpi_count as bigint) as counted_kpi_count
from totals
