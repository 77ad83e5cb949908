with

sessions as (
    select
        cast({{ dbt.date_trunc('month', 'session_date') }} as date) as month_start_date,
        task,
        coalesce(task_steps, 0) as last_step,
        is_task_done_alone
    from {{ ref('int_self_service_classified') }}
    where is_task
)

select
    month_start_date,
    task,
    last_step,
    count(*) as task_count,
    {{ count_if('is_task_done_alone') }} as done_alone_count,
    {{ count_if('not is_task_done_alone') }} as abandoned_count
from sessions
group by month_start_date, task, last_step
