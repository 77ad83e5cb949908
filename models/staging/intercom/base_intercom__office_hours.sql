{#-
    The office hours of a workspace as stretches of the week, from Monday 00:00 in wall time of its zone: each begins when a window
    opens and lasts until the next one does. A workspace without rows of its own has those of `default`. A window that closes at or
    before its opening closes the next day, Sunday's on Monday.
-#}
with

windows as (
    select
        source_system as hours_of,
        time_zone,
        (iso_weekday - 1) * 86400
        + cast({{ dbt.split_part('opens_at', "':'", 1) }} as integer) * 3600
        + cast({{ dbt.split_part('opens_at', "':'", 2) }} as integer) * 60 as opens_second,
        case when closes_at <= opens_at then iso_weekday else iso_weekday - 1 end * 86400
        + cast({{ dbt.split_part('closes_at', "':'", 1) }} as integer) * 3600
        + cast({{ dbt.split_part('closes_at', "':'", 2) }} as integer) * 60 as closes_second
    from {{ ref('intercom_office_hours') }}
),

-- The week begins with a stretch in which nothing opens.
pieces as (
    select
        hours_of,
        time_zone,
        opens_second,
        least(closes_second, 604800) - opens_second as open_seconds
    from windows

    union all

    select
        hours_of,
        time_zone,
        0 as opens_second,
        closes_second - 604800 as open_seconds
    from windows
    where closes_second > 604800

    union all

    select distinct
        hours_of,
        time_zone,
        0 as opens_second,
        0 as open_seconds
    from windows
),

stretches as (
    select
        hours_of,
        time_zone,
        opens_second,
        open_seconds,
        coalesce(lead(opens_second) over in_week, 604800) as until_second,
        sum(open_seconds) over (in_week rows unbounded preceding) - open_seconds as open_seconds_before,
        sum(open_seconds) over (partition by hours_of) as open_seconds_of_week
    from pieces
    window in_week as (partition by hours_of order by opens_second, open_seconds)
),

owners as (
    select distinct hours_of from windows
),

workspaces as (
    select
        conversations.source_system,
        coalesce(max(owners.hours_of), 'default') as hours_of
    from {{ ref('base_intercom__conversations') }} as conversations
    left join owners on owners.hours_of = conversations.source_system
    group by conversations.source_system
)

select
    workspaces.source_system,
    stretches.time_zone,
    stretches.opens_second,
    stretches.until_second,
    stretches.open_seconds,
    stretches.open_seconds_before,
    stretches.open_seconds_of_week
from workspaces
inner join stretches on stretches.hours_of = workspaces.hours_of
where stretches.until_second > stretches.opens_second
