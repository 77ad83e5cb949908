{#- Where a ticket begins a new conversation: the customer comes back more than a day after its solve. -#}
with

tickets as (
    select
        source_system,
        ticket_id,
        is_outbound,
        created_at
    from {{ accepted(ref('int_tickets_judged')) }} as tickets
),

turns as (
    select * from {{ ref('int_ticket_turns') }}
),

customer_messages as (
    select
        source_system,
        ticket_id,
        sent_at
    from {{ accepted(ref('int_ticket_messages_judged')) }} as ticket_messages
    where sender_type = 'customer' and is_public and not is_automated
),

-- The first word of the customer after a solve that had rested longer than the gap.
-- Tools reopen the ticket at the customer's message, sometimes a moment before it.
revivals_by_message as (
    select
        turns.source_system,
        turns.ticket_id,
        turns.occurred_at as solved_at,
        min(customer_messages.sent_at) as started_at
    from turns
    inner join customer_messages
        on
            customer_messages.source_system = turns.source_system
            and customer_messages.ticket_id = turns.ticket_id
            and customer_messages.sent_at
            > {{ hours_after('turns.occurred_at', var('ticket_revival_gap_hours')) }}
            and customer_messages.sent_at <= coalesce(
                {{ dbt.dateadd('second', var('ticket_reopen_tolerance_seconds'), 'turns.next_turn_at') }},
                customer_messages.sent_at
            )
    where turns.is_solve
    group by turns.source_system, turns.ticket_id, turns.occurred_at
),

-- Where no message tells, a customer's own reopening says the same.
revivals_by_reopening as (
    select
        solve.source_system,
        solve.ticket_id,
        solve.occurred_at as solved_at,
        reopening.occurred_at as started_at
    from turns as solve
    inner join turns as reopening
        on
            reopening.source_system = solve.source_system
            and reopening.ticket_id = solve.ticket_id
            and reopening.occurred_at = solve.next_turn_at
            and reopening.actor_type = 'customer'
            and not reopening.is_solve
    where
        solve.is_solve
        and reopening.occurred_at > {{ hours_after('solve.occurred_at', var('ticket_revival_gap_hours')) }}
),

-- Once per solve, with the message, and only of tickets that landed themselves.
revivals as (
    select
        all_revivals.source_system,
        all_revivals.ticket_id,
        tickets.is_outbound,
        coalesce(min(all_revivals.written_at), min(all_revivals.reopened_at)) as started_at
    from (
        select
            source_system,
            ticket_id,
            solved_at,
            started_at as written_at,
            cast(null as timestamp) as reopened_at
        from revivals_by_message

        union all

        select
            source_system,
            ticket_id,
            solved_at,
            cast(null as timestamp) as written_at,
            started_at as reopened_at
        from revivals_by_reopening
    ) as all_revivals
    inner join tickets
        on
            tickets.source_system = all_revivals.source_system
            and tickets.ticket_id = all_revivals.ticket_id
    group by all_revivals.source_system, all_revivals.ticket_id, all_revivals.solved_at, tickets.is_outbound
),

numbered_revivals as (
    select
        source_system,
        ticket_id,
        is_outbound,
        started_at,
        1 + row_number() over (partition by source_system, ticket_id order by started_at) as conversation_seq,
        lead(started_at) over (partition by source_system, ticket_id order by started_at) as next_started_at
    from revivals
)

select
    {{ conversation_key("'ticket'", 'tickets.source_system', 'tickets.ticket_id', 1) }} as conversation_id,
    tickets.source_system,
    tickets.ticket_id,
    1 as conversation_seq,
    tickets.is_outbound,
    tickets.created_at as started_at,
    numbered_revivals.started_at as next_started_at
from tickets
left join numbered_revivals
    on
        numbered_revivals.source_system = tickets.source_system
        and numbered_revivals.ticket_id = tickets.ticket_id
        and numbered_revivals.conversation_seq = 2

union all

select
    {{ conversation_key("'ticket'", 'source_system', 'ticket_id', 'conversation_seq') }} as conversation_id,
    source_system,
    ticket_id,
    conversation_seq,
    is_outbound,
    started_at,
    next_started_at
from numbered_revivals
