{#- Every day that is reported, from the first conversation's to the cut-off's, with the week, month and quarter it lies in. -#}
with

first_days as (
    select {{ reporting_date('min(started_at)') }} as first_day from {{ ref('int_conversations_identified') }}
)

select
    dates.date_day,
    dates.week_start_date,
    dates.month_start_date,
    cast({{ dbt.date_trunc('quarter', 'dates.date_day') }} as date) as quarter_start_date
from {{ ref('dim_dates') }} as dates
inner join first_days on first_days.first_day <= dates.date_day
inner join {{ ref('stg_landing__as_of') }} as cutoff on {{ reporting_date('cutoff.as_of') }} >= dates.date_day
