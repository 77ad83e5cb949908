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

-- Which side of "solved" a ticket stood on before and after each change of its status. A change to a word that nobody knows
-- says nothing.
changes as (
    select
        events.source_system,
        events.ticket_id,
        events.occurred_at,
        events.event_id,
        events.actor_type,
        after_change.is_solved as is_solved_after,
        coalesce(
            before_change.is_solved,
            lag(after_change.is_solved) over (
                partition by events.source_system, events.ticket_id
                order by events.occurred_at, events.event_id
            ),
            false
        ) as is_solved_before
    from events
    inner join statuses as after_change on after_change.ticket_status = events.to_status
    left join statuses as before_change on before_change.ticket_status = events.from_status
    where events.event_type = 'status_change' and after_change.is_solved is not null
),

turned as (
    select
        *,
        row_number() over (
            partition by source_system, ticket_id
            order by occurred_at desc, event_id desc
        ) as recency_rank
    from changes
    where is_solved_after <> is_solved_before
),

-- A ticket that landed without the event of its solve is solved when its own columns say so, also after a reopening: its event
-- may be one that nobody understands.
solves_without_event as (
    select
        tickets.source_system,
        tickets.ticket_id,
        case
            when turned.ticket_id is null then coalesce(tickets.solved_at, tickets.closed_at)
            else greatest(tickets.solved_at, tickets.closed_at)
        end as occurred_at
    from tickets
    left join statuses on statuses.ticket_status = tickets.ticket_status
    left join turned
        on
            turned.source_system = tickets.source_system
            and turned.ticket_id = tickets.ticket_id
            and turned.recency_rank = 1
    where
        coalesce(tickets.solved_at, tickets.closed_at) is not null
        and coalesce(statuses.is_solved, true)
        and (
            turned.ticket_id is null
            or (not turned.is_solved_after and greatest(tickets.solved_at, tickets.closed_at) > turned.occurred_at)
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
    from turned

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
