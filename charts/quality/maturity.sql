select
    period_start as x,
    kpi_id as series,
    maturity_rate as value,
    $mature_from as target,
    n,
    n_pending
from marts.kpi_values
where
    kpi_id in ('fcr_issue_24h', 'fcr_issue_48h', 'fcr_issue_7d')
    and grain = 'week'
    and slice = 'all'
    and period_start > cast($as_of as date) - 84
order by series, x
