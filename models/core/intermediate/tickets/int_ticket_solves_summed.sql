with

turns as (
    select * from {{ ref('int_ticket_turns') }}
)

select
    turns.source_system,
    turns.ticket_id,
    coalesce(later.conversation_seq, 1) as conversation_seq,
    min(case when turns.is_solve then turns.occurred_at end) as first_solved_at,
    max(case when turns.is_solve then turns.occurred_at end) as last_solved_at,
    max(case when not turns.is_solve then turns.occurred_at end) as last_reopened_at,
    max(case when not turns.is_solve and turns.actor_type = 'agent' then turns.occurred_at end)
    as last_reopened_by_agent_at,
    min(
        case when not turns.is_solve and turns.actor_type = 'customer' then turns.occurred_at end
    ) as first_reopened_by_customer_at
from turns
{{ join_later_conversations('turns', 'occurred_at') }}
group by
    turns.source_system,
    turns.ticket_id,
    coalesce(later.conversation_seq, 1)
