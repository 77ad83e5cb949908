{#- Holidays day by day. They are inclusive at both ends, and those of a schedule that is no more close it as well. -#}
with

numbers as (
    {{ whole_numbers(4096) }}
),

holidays as (
    select
        t.source_system,
        schedule_id,
        cast(start_date as date) as first_date,
        cast(end_date as date) as last_date
    from {{ vendor_table('zendesk', 'schedule_holiday') }} as t
    where not coalesce(_fivetran_deleted, false)
),

days as (
    select
        holidays.source_system,
        holidays.schedule_id,
        cast({{ dbt.dateadd(
            'day', 'cast(numbers.generated_number as integer) - 1', 'cast(holidays.first_date as timestamp)'
        ) }} as date) as holiday_date,
        holidays.last_date
    from holidays
    cross join numbers
)

select distinct
    source_system,
    schedule_id,
    holiday_date
from days
where holiday_date <= last_date
