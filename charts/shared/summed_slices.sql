-- One KPI by one slice over several complete months, from the sums of its family's days: a month alone may hold too few.
-- The names in braces are the KPI's own, from marts.kpi_definitions.
with cells as (
    select
        {slice} as label,
        cast(sum({numerator}) as double) as numerator,
        cast(sum({denominator}) as double) as denominator,
        sum({n}) as n,
        sum({pending}) as n_pending
    from marts.kpi_{family}
    where kpi_date >= $month - to_months(cast($months - 1 as integer)) and kpi_date < $month + interval 1 month
    group by label
),

targets as (
    select
        {slice} as label,
        max_by(target, period_start) as target
    from marts.kpi_values
    where grain = 'month' and slice = $slice and list_contains($kpis, kpi_id) and period_start <= $month
    group by label
),

shown as (
    select
        cells.*,
        targets.target,
        definitions.interval_method,
        definitions.scale,
        cells.n >= definitions.hidden_below_n and cells.denominator > 0 as is_shown
    from cells
    cross join marts.kpi_definitions as definitions
    left join targets using (label)
    where list_contains($kpis, definitions.kpi_id) and cells.n + cells.n_pending > 0
)

select
    label,
    case when is_shown then scale * numerator / denominator end as value,
    case when is_shown and interval_method = 'wilson' then wilson(numerator, denominator, -1) end as low,
    case when is_shown and interval_method = 'wilson' then wilson(numerator, denominator, 1) end as high,
    target,
    n,
    n_pending,
    case when n = 0 then 'pending' when not is_shown then 'small_n' end as no_value_reason
from shown
order by n desc nulls last, label
limit 12
