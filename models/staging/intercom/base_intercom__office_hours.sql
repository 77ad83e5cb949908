{#-
    The office hours of a workspace by quarter hour of the week, from Monday 00:00 in wall time of its zone. A workspace without rows
    of its own has those of `default`. A window that closes at or before its opening closes the next day, Sunday's on Monday.
-#}
with

windows as (
    select
        source_system,
        time_zone,
        (iso_weekday - 1) * 86400
        + cast({{ dbt.split_part('opens_at', "':'", 1) }} as integer) * 3600
        + cast({{ dbt.split_part('opens_at', "':'", 2) }} as integer) * 60 as opens_second,
        case when closes_at <= opens_at then iso_weekday else iso_weekday - 1 end * 86400
        + cast({{ dbt.split_part('closes_at', "':'", 1) }} as integer) * 3600
        + cast({{ dbt.split_part('closes_at', "':'", 2) }} as integer) * 60 as closes_second
    from {{ ref('intercom_office_hours') }}
),

workspaces as (
    select distinct source_system from {{ ref('base_intercom__conversations') }}
),

zones as (
    select
        workspaces.source_system,
        coalesce(own.source_system, fallback.source_system) as hours_of,
        coalesce(own.time_zone, fallback.time_zone) as time_zone
    from workspaces
    left join (select source_system, max(time_zone) as time_zone from windows group by source_system) as own
        on own.source_system = workspaces.source_system
    left join (select source_system, max(time_zone) as time_zone from windows group by source_system) as fallback
        on fallback.source_system = 'default'
),

numbers as (
    {{ whole_numbers(768) }}
),

-- The part of each window in each quarter hour; what passes Sunday's midnight is Monday's.
pieces as (
    select
        windows.source_system as hours_of,
        mod(numbers.generated_number - 1, 672) as quarter_hour,
        mod(greatest(windows.opens_second, (numbers.generated_number - 1) * 900), 604800) as open_from,
        least(windows.closes_second, numbers.generated_number * 900)
        - greatest(windows.opens_second, (numbers.generated_number - 1) * 900) as open_seconds
    from windows
    inner join numbers
        on
            (numbers.generated_number - 1) * 900 < windows.closes_second
            and numbers.generated_number * 900 > windows.opens_second
),

quarter_hours as (
    select
        zones.source_system,
        zones.time_zone,
        numbers.generated_number - 1 as quarter_hour,
        coalesce(min(pieces.open_from), 0) as open_from,
        coalesce(sum(pieces.open_seconds), 0) as open_seconds
    from zones
    cross join numbers
    left join pieces
        on
            pieces.hours_of = zones.hours_of
            and pieces.quarter_hour = numbers.generated_number - 1
    where zones.hours_of is not null and numbers.generated_number <= 672
    group by zones.source_system, zones.time_zone, numbers.generated_number
)

select
    source_system,
    time_zone,
    quarter_hour,
    open_from,
    open_seconds,
    coalesce(sum(open_seconds) over (
        partition by source_system order by quarter_hour rows between unbounded preceding and 1 preceding
    ), 0) as open_seconds_before,
    sum(open_seconds) over (partition by source_system) as open_seconds_of_week
from quarter_hours
