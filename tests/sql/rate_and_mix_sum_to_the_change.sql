-- One look at the view, which is made anew each time: its key is held here, too, and that its numbers are some.
select
    kpi_id,
    grain,
    period_start,
    compared_with,
    dimension,
    max(total_change) as total_change,
    sum(effect) as total_effect,
    count(*) as row_count,
    count(distinct segment) as segment_count
from {{ ref('kpi_change_drivers') }}
group by kpi_id, grain, period_start, compared_with, dimension
having
    abs(max(total_change) - sum(effect)) > 0.000001 * greatest(max(abs(total_value_before)), 1)
    or count(distinct segment) < count(*)
