select
    cast(date_trunc('month', kpi_date) as date) as x,
    kpi_id as series,
    value_84d as value,
    wilson(value_84d * n_84d, n_84d, -1) as low,
    wilson(value_84d * n_84d, n_84d, 1) as high,
    n_84d as n
from marts.trends
where
    kpi_id in ('training_completion_rate', 'assessment_pass_rate')
    and kpi_date = last_day(kpi_date)
    and n_84d > 0
order by series, x
