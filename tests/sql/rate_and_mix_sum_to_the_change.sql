select
    kpi_id,
    grain,
    period_start,
    compared_with,
    dimension,
    max(total_change) as total_change,
    sum(effect) as total_effect
from {{ ref('kpi_change_drivers') }}
group by kpi_id, grain, period_start, compared_with, dimension
having abs(max(total_change) - sum(effect)) > 0.000001 * greatest(max(abs(total_value_before)), 1)
