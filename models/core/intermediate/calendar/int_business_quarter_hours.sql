with

windows as (
    select * from {{ ref('int_business_windows') }}
),

days as (
    select distinct
        calendar_id,
        date_day
    from windows
),

-- Quarter hours of a day, and of the longest window.
numbers as (
    {{ whole_numbers(128) }}
),

quarter_hours as (
    select
        days.calendar_id,
        cast(floor({{ epoch_seconds('cast(days.date_day as timestamp)') }} / 900) as bigint)
        + numbers.generated_number - 1 as quarter_hour
    from days
    inner join numbers on numbers.generated_number <= 96
),

windows_in_quarter_hours as (
    select
        windows.*,
        cast(floor(windows.opens_epoch / 900.0) as bigint) + numbers.generated_number - 1 as quarter_hour
    from windows
    cross join numbers
),

-- The part of each quarter hour that is open. Of two openings in one, as when hours were saved in it, the seconds stand together.
open_pieces as (
    select
        calendar_id,
        quarter_hour,
        min(greatest(opens_epoch, quarter_hour * 900)) as open_from,
        min(greatest(opens_epoch, quarter_hour * 900))
        + sum(least(closes_epoch, quarter_hour * 900 + 900) - greatest(opens_epoch, quarter_hour * 900)) as open_until
    from windows_in_quarter_hours
    where quarter_hour * 900 < closes_epoch
    group by calendar_id, quarter_hour
)

select
    quarter_hours.calendar_id,
    quarter_hours.quarter_hour,
    open_pieces.open_from,
    open_pieces.open_until,
    coalesce(sum(open_pieces.open_until - open_pieces.open_from) over (
        partition by quarter_hours.calendar_id
        order by quarter_hours.quarter_hour
        rows between unbounded preceding and 1 preceding
    ), 0) as open_seconds_before
from quarter_hours
left join open_pieces
    on
        open_pieces.calendar_id = quarter_hours.calendar_id
        and open_pieces.quarter_hour = quarter_hours.quarter_hour
