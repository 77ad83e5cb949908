{#- Opening windows of each calendar and day: the weekly hours, unless it is a holiday. A closed day has a row without one. -#}
with

hours as (
    select
        calendar_id,
        iso_weekday,
        valid_from,
        valid_to,
        cast({{ dbt.split_part('opens_at', "':'", 1) }} as integer) * 3600
        + cast({{ dbt.split_part('opens_at', "':'", 2) }} as integer) * 60 as opens_second,
        cast({{ dbt.split_part('closes_at', "':'", 1) }} as integer) * 3600
        + cast({{ dbt.split_part('closes_at', "':'", 2) }} as integer) * 60 as closes_second
    from {{ ref('business_hours') }}
),

-- A shift that closes at or before its opening closes the next day.
windows as (
    select
        calendars.calendar_id,
        calendars.time_zone,
        dates.date_day,
        hours.opens_second,
        case
            when hours.closes_second <= hours.opens_second then hours.closes_second + 86400
            else hours.closes_second
        end as closes_second
    from {{ ref('business_calendars') }} as calendars
    cross join {{ ref('dim_dates') }} as dates
    left join {{ ref('business_holidays') }} as holidays
        on
            holidays.calendar_id = calendars.calendar_id
            and holidays.holiday_date = dates.date_day
    left join hours
        on
            hours.calendar_id = calendars.calendar_id
            and hours.iso_weekday = dates.iso_weekday
            and hours.valid_from <= dates.date_day
            and (hours.valid_to is null or hours.valid_to >= dates.date_day)
            and holidays.holiday_date is null
)

-- Wall time becomes UTC date by date, so that days of a clock change have their 23 or 25 hours.
select
    calendar_id,
    date_day,
    cast({{ epoch_seconds(wall_time_to_utc(wall_time_of_day('date_day', 'opens_second'), 'time_zone')) }} as bigint)
    as opens_epoch,
    cast({{ epoch_seconds(wall_time_to_utc(wall_time_of_day('date_day', 'closes_second'), 'time_zone')) }} as bigint)
    as closes_epoch
from windows
