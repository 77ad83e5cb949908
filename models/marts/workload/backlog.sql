select
    backlog_date,
    channel,
    team,
    created_count,
    reopened_count,
    solved_count,
    open_count,
    open_0_1d_count,
    open_1_3d_count,
    open_3_7d_count,
    open_7_30d_count,
    open_over_30d_count,
    mean_daily_solved_count,
    {{ rate('open_count', 'mean_daily_solved_count') }} as backlog_days
from {{ ref('fct_backlog_days') }}
