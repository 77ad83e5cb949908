{#-
    From when to when a ticket held a status, as its changes tell: one holds from its change to the next. A ticket is paused
    while it is not in our hands: pending, which is the customer's turn, or solved.
-#}
with

changes as (
    select
        source_system,
        ticket_id,
        from_status,
        to_status,
        occurred_at,
        lead(occurred_at) over ticket_changes as next_occurred_at,
        row_number() over ticket_changes as change_rank
    from {{ accepted(ref('int_ticket_events_judged')) }} as events
    where event_type = 'status_change'
    window ticket_changes as (partition by source_system, ticket_id order by occurred_at, event_id)
),

-- Before the first change the ticket had the status that it changed from, if that is told.
held as (
    select
        source_system,
        ticket_id,
        to_status as ticket_status,
        occurred_at as held_from,
        next_occurred_at as held_until
    from changes
    union all
    select
        source_system,
        ticket_id,
        from_status as ticket_status,
        timestamp '1970-01-01 00:00:00' as held_from,
        occurred_at as held_until
    from changes
    where change_rank = 1 and from_status is not null
)

-- A status that nobody knows may be a pause or not: is_paused is NULL.
select
    held.source_system,
    held.ticket_id,
    held.held_from,
    held.held_until,
    held.ticket_status = 'pending' or statuses.is_solved as is_paused
from held
left join {{ ref('ticket_statuses') }} as statuses on statuses.ticket_status = held.ticket_status
