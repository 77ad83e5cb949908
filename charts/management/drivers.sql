-- The ten segments with the largest effect, each with its two parts.
with largest as (
    select *
    from marts.kpi_change_drivers
    join kpi_months($month, $mature_from) as months using (kpi_id, period_start)
    where
        kpi_id = $kpi
        and dimension = $dimension
        and grain = 'month'
        and compared_with = 'period_before'
        and effect is not null
    order by abs(effect) desc, segment
    limit 10
)

select
    segment as label,
    unnest(['rate', 'mix']) as series,
    unnest([rate_effect, mix_effect]) as value
from largest
order by abs(effect) desc, segment, series desc
