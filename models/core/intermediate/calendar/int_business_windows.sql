{#-
    Opening windows of each calendar and day: the weekly hours, unless it is a holiday. A closed day has a row without one. The
    calendars are the project's own, in the seeds, and those of the tools that land theirs.
-#}
with

tool_hours as (
    select * from ({{ rows_of_tools('calendar_hours') }}) as hours
),

tool_holidays as (
    select * from ({{ rows_of_tools('calendar_holidays') }}) as holidays
),

-- The project's hours hold by the date on which they open, a tool's from the instant at which they were saved.
hours as (
    select
        calendar_id,
        iso_weekday,
        cast({{ dbt.split_part('opens_at', "':'", 1) }} as integer) * 3600
        + cast({{ dbt.split_part('opens_at', "':'", 2) }} as integer) * 60 as opens_second,
        cast({{ dbt.split_part('closes_at', "':'", 1) }} as integer) * 3600
        + cast({{ dbt.split_part('closes_at', "':'", 2) }} as integer) * 60 as closes_second,
        valid_from as first_date,
        valid_to as last_date,
        cast(null as timestamp) as valid_from,
        cast(null as timestamp) as valid_until
    from {{ ref('business_hours') }}

    union all

    select
        calendar_id,
        iso_weekday,
        opens_second,
        closes_second,
        cast(null as date) as first_date,
        cast(null as date) as last_date,
        valid_from,
        valid_until
    from tool_hours
),

calendars as (
    select
        calendar_id,
        time_zone
    from {{ ref('business_calendars') }}

    union

    select
        calendar_id,
        time_zone
    from tool_hours
),

-- A tool that lands no holidays has those that the seed names for its calendar.
holidays as (
    select
        calendar_id,
        holiday_date
    from {{ ref('business_holidays') }}

    union

    select
        calendar_id,
        holiday_date
    from tool_holidays
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
        end as closes_second,
        hours.valid_from,
        hours.valid_until
    from calendars
    cross join {{ ref('dim_dates') }} as dates
    left join holidays
        on
            holidays.calendar_id = calendars.calendar_id
            and holidays.holiday_date = dates.date_day
    left join hours
        on
            hours.calendar_id = calendars.calendar_id
            and hours.iso_weekday = dates.iso_weekday
            and coalesce(hours.first_date <= dates.date_day, true)
            and coalesce(hours.last_date >= dates.date_day, true)
            and holidays.holiday_date is null
),

-- Wall time becomes UTC date by date, so that days of a clock change have their 23 or 25 hours.
placed as (
    select
        calendar_id,
        date_day,
        valid_from,
        valid_until,
        {{ wall_time_to_utc(wall_time_of_day('date_day', 'opens_second'), 'time_zone') }} as opens_at,
        {{ wall_time_to_utc(wall_time_of_day('date_day', 'closes_second'), 'time_zone') }} as closes_at
    from windows
),

in_force as (
    select
        calendar_id,
        date_day,
        cast({{ epoch_seconds('greatest(opens_at, coalesce(valid_from, opens_at))') }} as bigint) as opens_epoch,
        cast({{ epoch_seconds('least(closes_at, coalesce(valid_until, closes_at))') }} as bigint) as closes_epoch
    from placed
),

-- Time that two windows share is open once.
ordered as (
    select
        *,
        max(closes_epoch) over (
            partition by calendar_id
            order by opens_epoch, closes_epoch
            rows between unbounded preceding and 1 preceding
        ) as closed_before
    from in_force
    where closes_epoch > opens_epoch
)

select
    calendar_days.calendar_id,
    calendar_days.date_day,
    greatest(ordered.opens_epoch, coalesce(ordered.closed_before, ordered.opens_epoch)) as opens_epoch,
    ordered.closes_epoch
from (
    select distinct
        calendar_id,
        date_day
    from in_force
) as calendar_days
left join ordered
    on
        ordered.calendar_id = calendar_days.calendar_id
        and ordered.date_day = calendar_days.date_day
        and ordered.closes_epoch > coalesce(ordered.closed_before, ordered.opens_epoch)
