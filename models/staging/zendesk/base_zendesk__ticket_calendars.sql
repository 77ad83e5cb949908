{#-
    The schedule by which Zendesk measures each ticket: the last that it was given, else the account's default. NULL where none
    landed.
-#}
with

tickets as (
    select * from {{ ref('base_zendesk__tickets') }}
    where is_current
),

defaults as (
    select * from {{ ref('base_zendesk__schedules') }}
    where is_default
),

given as (
    select
        source_system,
        ticket_id,
        max(case when is_last then schedule_id end) as schedule_id,
        count(*) as schedule_count
    from {{ ref('base_zendesk__ticket_schedules') }}
    group by source_system, ticket_id
)

-- A schedule that did not land measures nothing.
select
    tickets.source_system,
    tickets.ticket_id,
    tickets.created_at,
    schedules.schedule_id,
    coalesce(given.schedule_count, 1) as schedule_count
from tickets
left join given
    on
        given.source_system = tickets.source_system
        and given.ticket_id = tickets.ticket_id
left join defaults on defaults.source_system = tickets.source_system
left join {{ ref('base_zendesk__schedules') }} as schedules
    on
        schedules.source_system = tickets.source_system
        and schedules.schedule_id = coalesce(given.schedule_id, defaults.schedule_id)
