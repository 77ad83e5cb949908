-- One KPI by one slice in the last complete month.
select
    coalesce(channel, topic, team, responder) as label,
    value,
    ci_low as low,
    ci_high as high,
    target,
    n,
    n_pending,
    no_value_reason
from marts.kpi_values
where grain = 'month' and slice = $slice and list_contains($kpis, kpi_id) and period_start = $month
order by n desc nulls last, label
limit 12
