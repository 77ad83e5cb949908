{#-
    Which schedule a ticket had when. Zendesk measures its whole life by the last; one that was never given a schedule has the
    account's default.
-#}
with

given as (
    select
        t.source_system,
        ticket_id,
        schedule_id,
        applied_at
    from {{ vendor_table('zendesk', 'ticket_schedule') }} as t

    union all

    select
        t.source_system,
        ticket_id,
        new_schedule_id as schedule_id,
        changed_at as applied_at
    from {{ vendor_table('zendesk', 'ticket_audits__events') }} as t
    where new_schedule_id is not null and ticket_id is not null
),

-- The same row landed twice is one; of two schedules in one second the greater id stays.
distinct_gifts as (
    select
        source_system,
        ticket_id,
        applied_at,
        max(schedule_id) as schedule_id
    from given
    where schedule_id is not null
    group by source_system, ticket_id, applied_at
)

select
    source_system,
    ticket_id,
    schedule_id,
    case
        when row_number() over ticket_schedules = 1 then timestamp '1970-01-01 00:00:00' else applied_at
    end as held_from,
    coalesce(lead(applied_at) over ticket_schedules, timestamp '9999-12-31 00:00:00') as held_until,
    lead(applied_at) over ticket_schedules is null as is_last
from distinct_gifts
window ticket_schedules as (partition by source_system, ticket_id order by applied_at)
