with

turns as (
    select * from {{ ref('int_ticket_turns') }}
    where is_solve
),

messages as (
    select * from {{ ref('int_ticket_messages_summed') }}
),

solves as (
    select * from {{ ref('int_ticket_solves_summed') }}
),

placed as (
    select
        turns.source_system,
        turns.ticket_id,
        coalesce(later.conversation_seq, 1) as conversation_seq,
        turns.occurred_at
    from turns
    {{ join_later_conversations('turns', 'occurred_at') }}
),

-- The solve that lasted: the first one after the last reply and after an agent took the ticket up again by himself.
-- A thank-you note reopens and closes it again without either, and moves nothing.
lasting_solves as (
    select
        placed.source_system,
        placed.ticket_id,
        placed.conversation_seq,
        min(
            case
                when
                    coalesce(
                        placed.occurred_at >= greatest(messages.last_reply_at, solves.last_reopened_by_agent_at), true
                    )
                    then placed.occurred_at
            end
        ) as resolved_at
    from placed
    inner join solves
        on
            solves.source_system = placed.source_system
            and solves.ticket_id = placed.ticket_id
            and solves.conversation_seq = placed.conversation_seq
    inner join messages
        on
            messages.source_system = placed.source_system
            and messages.ticket_id = placed.ticket_id
            and messages.conversation_seq = placed.conversation_seq
    group by
        placed.source_system,
        placed.ticket_id,
        placed.conversation_seq
)

select
    solves.source_system,
    solves.ticket_id,
    solves.conversation_seq,
    solves.first_solved_at,
    solves.last_reopened_at,
    solves.first_reopened_by_customer_at,
    solves.last_solved_at,
    coalesce(lasting_solves.resolved_at, solves.last_solved_at) as resolved_at
from solves
left join lasting_solves
    on
        lasting_solves.source_system = solves.source_system
        and lasting_solves.ticket_id = solves.ticket_id
        and lasting_solves.conversation_seq = solves.conversation_seq
