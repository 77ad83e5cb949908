-- One KPI by one slice, over the last complete months: one month as published, several from their sums.
with cells as (
    select
        cells.kpi_id,
        coalesce(cells.channel, cells.topic, cells.team, cells.responder) as label,
        sum(cells.numerator) as numerator,
        sum(cells.denominator) as denominator,
        sum(cells.n) as n,
        sum(cells.n_pending) as n_pending,
        max_by(cells.target, cells.period_start) as target,
        any_value(cells.value) as value,
        any_value(cells.ci_low) as ci_low,
        any_value(cells.ci_high) as ci_high,
        any_value(cells.no_value_reason) as no_value_reason
    from marts.kpi_values as cells
    where
        cells.grain = 'month'
        and cells.slice = $slice
        and list_contains($kpis, cells.kpi_id)
        and cells.period_start > $month - to_months(cast($months as integer))
        and cells.period_start <= $month
    group by all
),

valued as (
    select
        cells.*,
        definitions.interval_method,
        definitions.statistic,
        definitions.scale,
        $months > 1 and cells.n >= definitions.hidden_below_n and cells.numerator is not null as is_summed
    from cells
    join marts.kpi_definitions as definitions using (kpi_id)
)

select
    label,
    case when $months = 1 then value when is_summed then scale * numerator / denominator end as value,
    case
        when $months = 1 then ci_low
        when is_summed and interval_method = 'wilson' then wilson(numerator, denominator, -1)
    end as low,
    case
        when $months = 1 then ci_high
        when is_summed and interval_method = 'wilson' then wilson(numerator, denominator, 1)
    end as high,
    target,
    n,
    n_pending,
    no_value_reason
from valued
order by n desc nulls last, label
limit 12
