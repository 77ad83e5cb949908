select *
from marts.review_pack
where grain = 'month' and period_start = $month and status in ('warn', 'bad')
order by status, kpi_name
