select
    no_value_reason as reason,
    count(*) as kpi_count,
    string_agg(kpi_id, ', ' order by kpi_id) as examples
from marts.kpi_values
where grain = 'month' and slice = 'all' and period_start = $month and no_value_reason is not null
group by no_value_reason
order by kpi_count desc, reason
