with

registry as (
    select * from {{ ref('kpi_definitions') }}
    where is_additive_over_time
),

dates as (
    select dates.*
    from {{ ref('dim_dates') }} as dates
    inner join {{ ref('stg_landing__as_of') }} as cutoff on {{ reporting_date('cutoff.as_of') }} >= dates.date_day
),

kpi_days as (
    select * from {{ ref('kpi_values') }}
    where grain = 'day' and slice = 'all'
),

events as (
    select * from {{ ref('int_event_days') }}
),

-- Every KPI whose days add up, on every day of the calendar: so many rows back are so many days back.
days as (
    select
        registry.kpi_id,
        registry.unit,
        registry.hidden_below_n,
        registry.scale,
        dates.date_day,
        dates.iso_weekday,
        cast(extract(month from dates.date_day) as integer) as month_of_year,
        kpi_days.value,
        kpi_days.target,
        kpi_days.numerator,
        kpi_days.denominator,
        kpi_days.n,
        kpi_days.n_pending
    from registry
    cross join dates
    left join kpi_days on kpi_days.kpi_id = registry.kpi_id and kpi_days.period_start = dates.date_day
),

-- Days of the same weekday stand seven rows apart within all, and one within their weekday: twelve of them are 84 days.
summed as (
    select
        *,
        {{ rolling_sum('numerator', 'kpi_id', 28) }} as numerator_28d,
        {{ rolling_sum('denominator', 'kpi_id', 28) }} as denominator_28d,
        {{ rolling_sum('n', 'kpi_id', 28) }} as n_28d,
        {{ rolling_sum('n_pending', 'kpi_id', 28) }} as n_pending_28d,
        {{ rolling_sum('numerator', 'kpi_id', 84) }} as numerator_84d,
        {{ rolling_sum('denominator', 'kpi_id', 84) }} as denominator_84d,
        {{ rolling_sum('n', 'kpi_id', 84) }} as n_84d,
        {{ rolling_sum('numerator', 'kpi_id, iso_weekday', 12) }} as weekday_numerator,
        {{ rolling_sum('denominator', 'kpi_id, iso_weekday', 12) }} as weekday_denominator
    from days
),

-- The calendar month over all its years, against all months; below a year of days there is no season to see.
months as (
    select
        kpi_id,
        month_of_year,
        {{ rate(exact_sum_as_double('numerator'), exact_sum_as_double('denominator')) }} as month_rate
    from days
    group by kpi_id, month_of_year
),

years as (
    select
        kpi_id,
        {{ rate(exact_sum_as_double('numerator'), exact_sum_as_double('denominator')) }} as year_rate
    from days
    group by kpi_id
    having count(denominator) >= 360
),

-- A score in points has no ratio to its mean: it may be 0.
valued as (
    select
        summed.*,
        case
            when summed.n_28d >= summed.hidden_below_n
                then summed.scale * summed.numerator_28d / nullif(summed.denominator_28d, 0)
        end as value_28d,
        case
            when summed.n_84d >= summed.hidden_below_n
                then summed.scale * summed.numerator_84d / nullif(summed.denominator_84d, 0)
        end as value_84d,
        case when summed.unit <> 'points' then months.month_rate / nullif(years.year_rate, 0) end
        as month_seasonal_index,
        case
            when summed.unit <> 'points'
                then
                    (summed.weekday_numerator / nullif(summed.weekday_denominator, 0))
                    / nullif(summed.numerator_84d / nullif(summed.denominator_84d, 0), 0)
        end as weekday_seasonal_index
    from summed
    left join months on months.kpi_id = summed.kpi_id and months.month_of_year = summed.month_of_year
    left join years on years.kpi_id = summed.kpi_id
)

-- 364 days before: the same weekdays of the year before.
select
    valued.kpi_id,
    valued.date_day as kpi_date,
    valued.value,
    valued.target,
    valued.value_28d,
    valued.value_84d,
    lag(valued.value_28d, 364) over (partition by valued.kpi_id order by valued.date_day)
    as value_28d_a_year_before,
    cast(valued.n_28d as bigint) as n_28d,
    cast(valued.n_84d as bigint) as n_84d,
    valued.n_28d / nullif(valued.n_28d + coalesce(valued.n_pending_28d, 0), 0) as maturity_rate_28d,
    valued.weekday_seasonal_index,
    valued.month_seasonal_index,
    valued.value / nullif(valued.weekday_seasonal_index, 0) as weekday_adjusted_value,
    events.promotion_id,
    coalesce(events.promotion_id is not null, false) as is_promotion,
    coalesce(events.event_key like 'holiday%', false) as is_holiday
from valued
left join events on events.date_day = valued.date_day
