{#- Every day with the periods that it belongs to. -#}
select
    'day' as grain,
    date_day as period_start,
    date_day
from {{ ref('dim_dates') }}

union all

select
    'week' as grain,
    week_start_date as period_start,
    date_day
from {{ ref('dim_dates') }}

union all

select
    'month' as grain,
    month_start_date as period_start,
    date_day
from {{ ref('dim_dates') }}
