with

cutoff as (
    select {{ first_incomplete_date('as_of', 'newest_contact_at') }} as first_incomplete_date from {{ ref('stg_landing__as_of') }}
),

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
        {{ exact_sum_as_double('(score - previous_score) * kpi_weight') }}
        / nullif({{ exact_sum_as_double('case when score is not null and previous_score is not null then kpi_weight end') }}, 0)
        as change,
        count(*) as kpi_count,
        {{ count_if('is_counted') }} as counted_kpi_count,
        {{ count_if("not_counted_reason = 'pending'") }} as pending_kpi_count
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
        {{ exact_sum_as_double('group_weight * change') }}
        / nullif({{ exact_sum_as_double('case when change is not null then group_weight end') }}, 0) as change,
        sum(kpi_count) as kpi_count,
        sum(counted_kpi_count) as counted_kpi_count,
        sum(pending_kpi_count) as pending_kpi_count
    from kpi_groups
    group by month_start_date, scorecard
),

scores as (
    select
        month_start_date,
        scorecard,
        kpi_group,
        group_weight,
        score,
        change,
        coverage_rate,
        kpi_count,
        counted_kpi_count,
        pending_kpi_count
    from kpi_groups

    union all

    select
        month_start_date,
        scorecard,
        'total' as kpi_group,
        group_weight,
        score,
        change,
        coverage_rate,
        kpi_count,
        counted_kpi_count,
        pending_kpi_count
    from totals
)

select
    scores.month_start_date,
    scores.scorecard,
    scores.kpi_group,
    scores.group_weight,
    scores.score,
    scores.change,
    scores.coverage_rate,
    cast(scores.kpi_count as bigint) as kpi_count,
    cast(scores.counted_kpi_count as bigint) as counted_kpi_count,
    cast(scores.pending_kpi_count as bigint) as pending_kpi_count,
    scores.pending_kpi_count = 0
    and cast({{ dbt.dateadd('month', 1, 'scores.month_start_date') }} as date) <= cutoff.first_incomplete_date as is_final
from scores
cross join cutoff
