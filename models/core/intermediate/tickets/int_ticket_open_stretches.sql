{#-
    When a ticket was open: from a beginning or a reopening to the next solve, as its events have it. Of one that was solved
    nobody knows when, it is not known how long.
-#}
with

conversations as (
    select
        conversations.channel,
        coalesce(conversations.team, 'unknown') as team,
        conversations.conversation_seq,
        activity.source_system,
        activity.ticket_id,
        activity.started_at,
        activity.next_started_at,
        activity.first_solved_at
    from {{ ref('fct_conversations') }} as conversations
    inner join {{ ref('int_ticket_activity_summed') }} as activity
        on
            activity.source_system = conversations.source_system
            and activity.ticket_id = conversations.source_conversation_id
            and activity.conversation_seq = conversations.conversation_seq
    where
        conversations.source_type = 'ticket'
        and conversations.is_countable
        and conversations.is_resolved is not null
        and (activity.first_solved_at is not null or not conversations.is_resolved)
)

-- A reopening with which the next conversation begins is that one's beginning.
select
    source_system,
    ticket_id,
    channel,
    team,
    case when conversation_seq = 1 then 1 else 0 end as created,
    started_at as opened_at,
    first_solved_at as solved_at
from conversations
union all
select
    conversations.source_system,
    conversations.ticket_id,
    conversations.channel,
    conversations.team,
    0 as created,
    turns.occurred_at as opened_at,
    turns.next_turn_at as solved_at
from conversations
inner join {{ ref('int_ticket_turns') }} as turns
    on
        turns.source_system = conversations.source_system
        and turns.ticket_id = conversations.ticket_id
        and turns.occurred_at > conversations.first_solved_at
        and coalesce(turns.next_turn_at < conversations.next_started_at, conversations.next_started_at is null)
where not turns.is_solve
