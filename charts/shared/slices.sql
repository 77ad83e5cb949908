-- One KPI by one slice in the month that boards show of it.
select
    coalesce(channel, topic, team, responder, bot) as label,
    value,
    ci_low as low,
    ci_high as high,
    target,
    n,
    n_pending,
    period_start as period,
    no_value_reason
from marts.kpi_values
join kpi_months($month, $mature_from) as months using (kpi_id, period_start)
where grain = 'month' and slice = $slice and list_contains($kpis, kpi_id)
order by n desc nulls last, label
limit 12
