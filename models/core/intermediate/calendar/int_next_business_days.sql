with

opened as (
    select
        calendars.calendar_id,
        dates.date_day,
        windows.date_day as open_date
    from {{ ref('business_calendars') }} as calendars
    cross join {{ ref('dim_dates') }} as dates
    left join {{ ref('int_business_windows') }} as windows
        on
            windows.calendar_id = calendars.calendar_id
            and windows.date_day = dates.date_day
    group by calendars.calendar_id, dates.date_day, windows.date_day
)

select
    calendar_id,
    date_day,
    min(open_date) over (
        partition by calendar_id
        order by date_day
        rows between 1 following and unbounded following
    ) as next_business_date
from opened
