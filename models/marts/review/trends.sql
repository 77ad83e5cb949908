{% set weeks = {'28d': 28, '84d': 84} -%}
with

days as (
    select * from {{ ref('int_kpi_days') }}
),

events as (
    select * from {{ ref('int_event_days') }}
),

-- A weekday's sums over twelve weeks; days of the same weekday stand seven rows apart, so twelve of them are 84 days.
summed as (
    select
        *,
        {% for weeks_name, length in weeks.items() -%}
        {{ rolling_sum('numerator', 'kpi_id', length) }} as numerator_{{ weeks_name }},
        {{ rolling_sum('denominator', 'kpi_id', length) }} as denominator_{{ weeks_name }},
        {% endfor -%}
        {{ rolling_sum('n_pending', 'kpi_id', 28) }} as n_pending_28d,
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
    group by
        kpi_id,
        month_of_year
),

years as (
    select
        kpi_id,
        {{ rate(exact_sum_as_double('numerator'), exact_sum_as_double('denominator')) }} as year_rate
    from days
    group by kpi_id
    having count(denominator) >= 360
),

valued as (
    select
        summed.*,
        {% for weeks_name in weeks -%}
        case
            when summed.denominator_{{ weeks_name }} >= summed.hidden_below_n
                then summed.scale * summed.numerator_{{ weeks_name }} / summed.denominator_{{ weeks_name }}
        end as value_{{ weeks_name }},
        {% endfor -%}
        -- A score in points has no ratio to its mean: it may be 0.
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
    cast(valued.denominator_28d as bigint) as n_28d,
    cast(valued.denominator_84d as bigint) as n_84d,
    valued.denominator_28d / nullif(valued.denominator_28d + coalesce(valued.n_pending_28d, 0), 0) as maturity_rate_28d,
    valued.weekday_seasonal_index,
    valued.month_seasonal_index,
    valued.value / nullif(valued.weekday_seasonal_index, 0) as weekday_adjusted_value,
    events.promotion_id,
    coalesce(events.promotion_id is not null, false) as is_promotion,
    coalesce(events.event_key like 'holiday%', false) as is_holiday
from valued
left join events on events.date_day = valued.date_day
