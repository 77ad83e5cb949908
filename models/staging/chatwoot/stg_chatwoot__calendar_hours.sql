{#- The week of each inbox that has its working hours switched on. The tool keeps today's alone. -#}
with

inboxes as (
    select * from {{ ref('base_chatwoot__inboxes') }}
    where has_working_hours
),

days as (
    {% for day in range(7) -%}
    select
        landed_system || ':inbox:' || inbox_id as calendar_id,
        timezone as time_zone,
        {{ day or 7 }} as iso_weekday,
        opens_{{ day }} as opens_second,
        closes_{{ day }} as closes_second
    from inboxes
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select
    calendar_id,
    time_zone,
    iso_weekday,
    cast(opens_second as integer) as opens_second,
    cast(closes_second as integer) as closes_second,
    cast(null as timestamp) as valid_from,
    cast(null as timestamp) as valid_until
from days
where closes_second > opens_second
