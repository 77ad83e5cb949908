select
    month_start_date as x,
    kpi_group as series,
    score as value,
    counted_kpi_count as n,
    is_final
from marts.scorecard
where scorecard = 'balanced'
order by kpi_group <> 'total', kpi_group, month_start_date
