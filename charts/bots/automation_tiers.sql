with cells as (
    select
        cells.kpi_id,
        topics.topic_tier,
        sum(cells.numerator) as numerator,
        sum(cells.n) as n,
        sum(cells.n_pending) as n_pending,
        max_by(cells.target, cells.period_start) as target
    from marts.kpi_values as cells
    join core.dim_topics as topics using (topic)
    where
        cells.grain = 'month'
        and cells.slice = 'topic'
        and cells.kpi_id in ('automation_rate', 'automation_rate_gross')
        and cells.period_start > $month - interval 3 months
        and cells.period_start <= $month
    group by all
)

select
    topic_tier as label,
    kpi_id as series,
    case when n >= 10 then numerator / n end as value,
    case when n >= 10 then wilson(numerator, n, -1) end as low,
    case when n >= 10 then wilson(numerator, n, 1) end as high,
    target,
    n,
    n_pending
from cells
where topic_tier is not null
order by list_position(['simple', 'standard', 'complex'], topic_tier), kpi_id
