select
    trends.kpi_id,
    trends.kpi_date,
    trends.value_28d,
    months.value
from {{ ref('trends') }} as trends
inner join {{ ref('kpi_values') }} as months
    on
        months.kpi_id = trends.kpi_id
        and months.grain = 'month'
        and months.slice = 'all'
        and months.period_start = {{ dbt.dateadd('day', -27, 'trends.kpi_date') }}
where
    extract(month from trends.kpi_date) = 2
    and extract(month from {{ dbt.dateadd('day', 1, 'trends.kpi_date') }}) = 3
    and abs(coalesce(trends.value_28d, 0) - coalesce(months.value, 0)) > 1e-6
