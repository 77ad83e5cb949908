{#-
    Tickets with what they take from another: a follow-up without a topic has its parent's, and of two tickets merged into each
    other, the older is the parent and merged into none. A merged ticket that came long after its parent's first reply is a
    contact of its own, which int_tickets_measured decides.
-#}
with

tickets as (
    select * from {{ accepted(ref('int_tickets_judged')) }} as tickets
)

select
    tickets.source_system,
    tickets.ticket_id,
    tickets.customer_id,
    tickets.customer_email,
    tickets.customer_phone,
    tickets.channel,
    coalesce(tickets.topic, followed.topic) as topic,
    coalesce(tickets.subtopic, followed.subtopic) as subtopic,
    tickets.team,
    tickets.assigned_agent_id,
    tickets.assigned_bot_id,
    tickets.ticket_status,
    statuses.exclusion_reason,
    case
        when not coalesce(
            merged_into.merged_into_ticket_id = tickets.ticket_id
            and (
                tickets.created_at < merged_into.created_at
                or (tickets.created_at = merged_into.created_at and tickets.ticket_id <= merged_into.ticket_id)
            ), false
        )
            then tickets.merged_into_ticket_id
    end as merged_into_ticket_id,
    tickets.created_at,
    tickets.solved_at,
    tickets.due_at
from tickets
left join tickets as followed
    on
        followed.source_system = tickets.source_system
        and followed.ticket_id = tickets.follow_up_of_ticket_id
left join tickets as merged_into
    on
        merged_into.source_system = tickets.source_system
        and merged_into.ticket_id = tickets.merged_into_ticket_id
left join {{ ref('ticket_statuses') }} as statuses on statuses.ticket_status = tickets.ticket_status
