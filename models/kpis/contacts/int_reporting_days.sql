{{ config(materialized='view') }}
{#- Every day that is reported, with the week, month and quarter that it lies in. -#}
select
    date_day,
    week_start_date,
    month_start_date,
    quarter_start_date
from {{ ref('dim_dates') }}
where is_reported
