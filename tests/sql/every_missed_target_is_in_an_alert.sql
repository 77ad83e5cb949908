{#- A finished, mature and large enough week or month of the whole that is bad lies within an episode. -#}
with

cutoff as (
    select {{ first_unfinished_date('as_of') }} as first_unfinished_date from {{ ref('stg_landing__as_of') }}
),

missed as (
    select
        kpis.kpi_id,
        kpis.grain,
        kpis.period_start
    from {{ ref('kpi_values') }} as kpis
    cross join cutoff
    where
        kpis.slice = 'all'
        and kpis.status = 'bad'
        and not kpis.is_small_n
        and kpis.maturity_rate >= {{ var('alert_min_maturity_rate') }}
        and (
            (kpis.grain = 'week' and {{ dbt.dateadd('day', 7, 'kpis.period_start') }} <= cutoff.first_unfinished_date)
            or (kpis.grain = 'month' and {{ dbt.dateadd('month', 1, 'kpis.period_start') }} <= cutoff.first_unfinished_date)
        )
)

select missed.*
from missed
left join {{ ref('alerts') }} as alerts
    on
        alerts.kpi_id = missed.kpi_id
        and alerts.grain = missed.grain
        and alerts.slice = 'all'
        and alerts.method = 'threshold'
        and missed.period_start between alerts.opened_period and alerts.last_period
where alerts.alert_id is null
