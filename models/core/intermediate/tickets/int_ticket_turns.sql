{#- Solves and reopenings of a ticket, from its events, or from its own columns where no events land. -#}
with

events as (
    select * from {{ accepted(ref('int_ticket_events_judged')) }} as ticket_events
),

tickets as (
    select * from {{ accepted(ref('int_tickets_judged')) }} as tickets
),

statuses as (
    select * from {{ ref('ticket_statuses') }}
),

-- Which side of "solved" a ticket stood on before and after each change of its status.
changes as (
    select
        events.source_system,
        events.ticket_id,
        events.occurred_at,
        events.event_id,
        events.actor_type,
        coalesce(after_change.is_solved, false) as is_solved_after,
        coalesce(
            before_change.is_solved,
            lag(after_change.is_solved) over (
                partition by events.source_system, events.ticket_id
                order by events.occurred_at, events.event_id
            ),
            false
        ) as is_solved_before
    from events
    left join statuses as after_change on after_change.ticket_status = events.to_status
    left join statuses as before_change on before_change.ticket_status = events.from_status
    where events.event_type = 'status_change'
),

-- A ticket that landed without the event of its solve is solved when its own columns say so.
solves_without_event as (
    select
        tickets.source_system,
        tickets.ticket_id,
        coalesce(tickets.solved_at, tickets.closed_at) as occurred_at
    from tickets
    left join statuses on statuses.ticket_status = tickets.ticket_status
    where
        coalesce(tickets.solved_at, tickets.closed_at) is not null
        and coalesce(statuses.is_solved, true)
        and not exists (
            select 1
            from changes
            where
                changes.source_system = tickets.source_system
                and changes.ticket_id = tickets.ticket_id
                and changes.is_solved_after
        )
),

turns as (
    select
        source_system,
        ticket_id,
        occurred_at,
        event_id,
        actor_type,
        is_solved_after as is_solve
    from changes
    where is_solved_after <> is_solved_before

    union all

    select
        source_system,
        ticket_id,
        occurred_at,
        '' as event_id,
        cast(null as {{ dbt.type_string() }}) as actor_type,
        true as is_solve
    from solves_without_event
)

select
    source_system,
    ticket_id,
    occurred_at,
    actor_type,
    is_solve,
    lead(occurred_at) over (
        partition by source_system, ticket_id
        order by occurred_at, event_id
    ) as next_turn_at
from turns
