-- The interval of the mean of -1, 0 and 1, as kpi_values has it.
with topics as (
    select
        topic,
        sum(promoter_count) - sum(detractor_count) as total,
        sum(promoter_count) + sum(detractor_count) as total_squared,
        sum(response_count) as n
    from marts.nps
    where response_date >= $month - interval 11 months and response_date < $month + interval 1 month
    group by topic
)

select
    topic as label,
    case when n >= 10 then 100 * total / n end as value,
    case when n >= 10 then 100 * mean_bound(total, total_squared, n, -1) end as low,
    case when n >= 10 then 100 * mean_bound(total, total_squared, n, 1) end as high,
    n
from topics
where topic is not null and n > 0
order by n desc, topic
limit 12
