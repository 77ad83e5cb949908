with tasks as (
    select
        task,
        sum(abandoned_count) as abandoned_count,
        sum(task_count) as task_count
    from marts.self_service_tasks
    where month_start_date > $month - interval 12 months and month_start_date <= $month
    group by task
)

select
    task as label,
    abandoned_count / task_count as value,
    wilson(abandoned_count, task_count, -1) as low,
    wilson(abandoned_count, task_count, 1) as high,
    task_count as n
from tasks
where task_count >= 10
order by value desc, task
