{#- Every KPI whose days add up, on every day of the calendar, so that so many rows back are so many days back. -#}
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

days as (
    select * from {{ ref('kpi_values') }}
    where grain = 'day' and slice = 'all'
)

select
    registry.kpi_id,
    registry.unit,
    registry.hidden_below_n,
    registry.scale,
    dates.date_day,
    dates.iso_weekday,
    cast(extract(month from dates.date_day) as integer) as month_of_year,
    days.value,
    days.target,
    days.numerator,
    days.denominator,
    days.n_pending
from registry
cross join dates
left join days on days.kpi_id = registry.kpi_id and days.period_start = dates.date_day
