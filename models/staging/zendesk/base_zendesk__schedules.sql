{#-
    Schedules, with the zone in its IANA name: a label that nobody knows goes on as it is, and the engine stops at it. Nothing lands of
    which one is the account's default: it is taken to be the first one made.
-#}
with

landed as (
    select
        t.source_system,
        schedule_id,
        name,
        time_zone,
        created_at,
        loaded_at
    from {{ vendor_table('zendesk', 'schedule') }} as t

    union all

    select
        t.source_system,
        schedule_id,
        name,
        time_zone,
        created_at,
        loaded_at
    from {{ vendor_table('zendesk', 'schedules') }} as t
),

schedules as (
    select
        source_system,
        schedule_id,
        coalesce({{ value_at_latest('name', 'loaded_at') }}, max(name)) as name,
        coalesce({{ value_at_latest('time_zone', 'loaded_at') }}, max(time_zone)) as zone_label,
        min(created_at) as created_at
    from landed
    group by source_system, schedule_id
)

select
    schedules.source_system,
    schedules.schedule_id,
    schedules.name,
    coalesce(zones.time_zone, schedules.zone_label) as time_zone,
    row_number() over (
        partition by schedules.source_system
        order by
            coalesce(schedules.created_at, timestamp '9999-12-31 00:00:00'), length(schedules.schedule_id), schedules.schedule_id
    ) = 1 as is_default
from schedules
left join {{ ref('zendesk_time_zones') }} as zones on lower(zones.zone_label) = lower(schedules.zone_label)
