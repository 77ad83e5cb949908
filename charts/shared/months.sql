-- KPIs of the whole by month.
select
    period_start as x,
    kpi_id as series,
    value,
    ci_low as low,
    ci_high as high,
    target,
    n,
    n_pending,
    no_value_reason,
    period_start <= $month and coalesce(maturity_rate, 1) >= $mature_from as is_final
from marts.kpi_values
where grain = 'month' and slice = 'all' and list_contains($kpis, kpi_id)
order by list_position($kpis, kpi_id), period_start
