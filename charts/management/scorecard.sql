select
    format('{} ({:.0f} %)', kpi_group, 100 * group_weight) as label,
    score as value,
    counted_kpi_count as n
from marts.scorecard
where scorecard = 'balanced' and month_start_date = $month and kpi_group <> 'total'
union all
select
    'total' as label,
    score as value,
    null as n
from marts.scorecard
where scorecard = 'balanced' and month_start_date = $month and kpi_group = 'total'
