with

weights as (
    select * from {{ ref('scorecard_weights') }}
),

monthly_values as (
    select * from {{ ref('kpi_values') }}
    where grain = 'month' and slice = 'all'
),

months as (
    select distinct period_start from monthly_values
),

-- What is not measured, not mature or too small does not count; its weight goes to the rest of its group.
judged as (
    select
        months.period_start as month_start_date,
        weights.*,
        monthly_values.value as kpi_value,
        case
            when monthly_values.kpi_id is null then 'no_kpi'
            when monthly_values.no_value_reason is not null then monthly_values.no_value_reason
            when monthly_values.maturity_rate < {{ var('maturity_rate_minimum') }} then 'pending'
            when monthly_values.is_small_n then 'small_n'
        end as not_counted_reason
    from weights
    cross join months
    left join monthly_values
        on
            monthly_values.kpi_id = weights.kpi_id
            and monthly_values.period_start = months.period_start
),

scored as (
    select
        *,
        case
            when not_counted_reason is not null then null
            when band_low is not null
                then {{ band_score('kpi_value', 'band_low', 'band_high', 'outer_low', 'outer_high') }}
            else {{ line_score('kpi_value', 'worst', 'best') }}
        end as score,
        case when not_counted_reason is null then kpi_weight end as counted_weight
    from judged
)

select
    month_start_date,
    scorecard,
    kpi_group,
    kpi_id,
    kpi_value as value,
    {{ to_decimals('score') }} as score,
    group_weight,
    kpi_weight,
    case
        when lag(month_start_date) over months_of_kpi = cast({{ dbt.dateadd('month', -1, 'month_start_date') }} as date)
            then {{ to_decimals('lag(score) over months_of_kpi') }}
    end as previous_score,
    counted_weight
    / nullif({{ finest_sum('counted_weight', '(partition by month_start_date, scorecard, kpi_group)') }}, 0) as weight_in_group,
    not_counted_reason is null as is_counted,
    not_counted_reason
from scored
window months_of_kpi as (partition by scorecard, kpi_group, kpi_id order by month_start_date)
